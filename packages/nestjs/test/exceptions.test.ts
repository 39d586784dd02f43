import type { ServerResponse } from 'node:http'
import {
  type ArgumentsHost,
  BadRequestException,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  InternalServerErrorException,
  UseFilters,
} from '@nestjs/common'
import { APP_FILTER, BaseExceptionFilter } from '@nestjs/core'
import { visitorCookie } from 'testkit'
import { describe, expect, it } from 'vitest'
import type { NestRequestOptions } from '../src/index.ts'
import { FailingModule, stages } from './failing-pages.ts'
import { type Platform, platforms } from './platforms.ts'
import { type SiteParts, startSite } from './test-site.ts'

/** A response of either platform, or Node's own, which filters of middleware are given on Fastify. */
type Response = ServerResponse & { status?(code: number): { send(body: object): void } }

/** Answers with a status of its own whatever was thrown. */
function filterOf(status: number): ExceptionFilter {
  @Catch()
  class Filter implements ExceptionFilter {
    catch({ message }: Error, host: ArgumentsHost) {
      const response = host.switchToHttp().getResponse<Response>()
      if (response.status) response.status(status).send({ answered: message })
      else response.writeHead(status).end()
    }
  }
  return new Filter()
}

@Catch()
class DelegatingFilter extends BaseExceptionFilter {}

@Controller()
class Pages {
  @Get('bad') bad() {
    throw new BadRequestException('no such thing')
  }
  @Get('broken') broken() {
    throw new InternalServerErrorException('out of order')
  }
  @Get('made-good') @UseFilters(filterOf(200)) madeGood() {
    throw new Error('made good')
  }
  @Get('answered') @UseFilters(filterOf(503)) answered() {
    throw new Error('answered')
  }
}

/** What a visit of a page comes to: the answer, and who is said to have met which error. */
async function visit(
  platform: Platform,
  path: string,
  parts: SiteParts & { readonly exceptions?: NestRequestOptions['exceptions'] } = {},
) {
  const { exceptions, ...others } = parts
  const site = await startSite(platform, {
    imports: [FailingModule],
    controllers: [Pages],
    ...others,
    request: { exceptions },
  })
  const { status, body } = await site.send(path, { headers: visitorCookie('browser_1') })
  const captured = (await site.events()).filter(({ event }) => event === '$exception')
  return {
    status,
    body,
    exceptions: captured.map(({ distinct_id: id, properties }) => {
      const [{ value }] = properties['$exception_list'] as [{ value: string }]
      return [id, value, properties['$response_status_code']]
    }),
  }
}

const filters: readonly [string, SiteParts, number][] = [
  ['no filter', {}, 500],
  ['a filter of main.ts', { prepare: (app) => app.useGlobalFilters(filterOf(503)) }, 503],
  ['an APP_FILTER', { providers: [{ provide: APP_FILTER, useValue: filterOf(503) }] }, 503],
  ['an APP_FILTER that goes on', { providers: [{ provide: APP_FILTER, useClass: DelegatingFilter }] }, 500],
]

describe.each(platforms)('P8: an error on $name', (platform) => {
  describe.each(filters)('with %s', (_case, parts, expected) => {
    it.each(stages)('is captured once, as of the visitor, from wherever: %s', async (stage) => {
      const { status, exceptions } = await visit(platform, `/${stage}`, parts)

      expect(status).toBe(expected)
      expect(exceptions).toEqual([['browser_1', `failed at ${stage}`, expected]])
    })
  })

  it('of main.ts’s own middleware is captured once', async () => {
    const { exceptions } = await visit(platform, '/bad', {
      prepare: (app) =>
        app.use(() => {
          throw new Error('failed in main.ts')
        }),
    })

    expect(exceptions).toEqual([['browser_1', 'failed in main.ts', 500]])
  })

  it('of a filter is captured beside the one that it was for', async () => {
    const { status, exceptions } = await visit(platform, '/filter')

    expect(status).toBe(500)
    expect(exceptions.map(([, value]) => value)).toContain('failed at filter')
  })

  it('that a filter of the handler answers is captured with the status of the answer', async () => {
    expect(await visit(platform, '/answered')).toEqual({
      status: 503,
      body: '{"answered":"answered"}',
      exceptions: [['browser_1', 'answered', 503]],
    })
  })

  it.each([
    ['a visitor’s mistake', '/bad', {}, 400],
    ['a page that there is not', '/missing', {}, 404],
    ['made good by a filter', '/made-good', {}, 200],
    ['below the status that was asked for', '/broken', { minStatus: 501 }, 500],
  ])('is not captured when it is %s', async (_case, path, exceptions, expected) => {
    const answer = await visit(platform, path, { exceptions })

    expect([answer.status, answer.exceptions]).toEqual([expected, []])
  })

  it('is captured from the status on that was asked for', async () => {
    const { exceptions } = await visit(platform, '/bad', { exceptions: { minStatus: 400 } })

    expect(exceptions).toEqual([['browser_1', 'no such thing', 400]])
  })
})
