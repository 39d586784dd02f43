import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { INestApplication } from '@nestjs/common'
import type { AbstractHttpAdapter } from '@nestjs/core'
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import type { Response } from 'express'
import type { FastifyReply } from 'fastify'
import type { Reply } from 'testkit/conformance'

/** A platform of Nest, as far as a test site differs from one to the other. */
export interface Platform {
  readonly name: 'Express' | 'Fastify'
  createAdapter(options: { bodyLimit: number }): AbstractHttpAdapter
  /** JSON up to the limit is parsed, any other body is left to the handler. */
  acceptBodies(app: INestApplication, limit: string): void
  rawResponse(response: never): ServerResponse
  /** Answers by the platform's own means. */
  reply(response: never, answer: Reply): unknown
}

const onExpress: Platform = {
  name: 'Express',
  createAdapter: () => new ExpressAdapter(),
  acceptBodies: (app, limit) => (app as NestExpressApplication).useBodyParser('json', { limit }),
  rawResponse: (response) => response,
  reply(response: Response, answer) {
    if (answer === 'raw') return
    if ('redirect' in answer) return response.redirect(answer.redirect)
    const { status = 200, headers = {}, body } = answer
    response.status(status)
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    if (body instanceof Readable) body.on('error', (error) => response.destroy(error)).pipe(response)
    else if (body === undefined) response.end()
    else response.send(body)
  },
}

const onFastify: Platform = {
  name: 'Fastify',
  createAdapter: (options) => new FastifyAdapter(options),
  acceptBodies: (app) =>
    (app as NestFastifyApplication)
      .getHttpAdapter()
      .getInstance()
      .addContentTypeParser('*', (_request, _payload, done) => done(null)),
  rawResponse: ({ raw }: FastifyReply) => raw,
  reply(reply: FastifyReply, answer) {
    if (answer === 'raw') return reply.hijack()
    if ('redirect' in answer) return reply.redirect(answer.redirect, 302) // Nest has set the status of a page already
    const { status = 200, headers = {}, body } = answer
    reply.code(status)
    for (const [name, value] of Object.entries(headers)) reply.header(name, value)
    if (typeof body === 'string' && !reply.hasHeader('content-type')) reply.type('text/html; charset=utf-8')
    return reply.send(body)
  },
}

/** Both platforms, for `describe.each`. */
export const platforms: readonly Platform[] = [onExpress, onFastify]
