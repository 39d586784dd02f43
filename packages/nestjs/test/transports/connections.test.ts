import { once } from 'node:events'
import { APP_GUARD, ExternalContextCreator } from '@nestjs/core'
import { Injectable } from '@nestjs/common'
import { io } from 'socket.io-client'
import { visitorCookie } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { type Hedgerow, InjectHedgerow, RequireFlag, RequireFlagGuard } from '../../src/index.ts'
import { type Platform, platforms } from '../platforms.ts'
import { allHandlers } from './handlers.ts'
import { startTransportSite } from './transport-site.ts'
import { browserTransports, serviceTransports, type Transport } from './transports.ts'
import { startUserSite, toldBy, triedPlatforms } from './user-site.ts'

/** Sends payloads one after the other on one connection of ws. @returns the answers. */
async function talkByWs(url: string, payloads: readonly unknown[]): Promise<unknown[]> {
  const socket = new WebSocket(url.replace('http', 'ws'))
  onTestFinished(() => socket.terminate())
  await once(socket, 'open')
  const answers: unknown[] = []
  for (const data of payloads) {
    socket.send(JSON.stringify({ event: 'open', data }))
    const [bytes] = (await once(socket, 'message')) as [Buffer]
    answers.push((JSON.parse(bytes.toString()) as { data: unknown }).data)
  }
  return answers
}

async function talkBySocketIo(url: string, payloads: readonly unknown[]): Promise<unknown[]> {
  const socket = io(url, { forceNew: true })
  onTestFinished(() => void socket.disconnect())
  const answers: unknown[] = []
  for (const data of payloads) {
    socket.emit('open', data)
    answers.push(await new Promise((resolve) => void socket.once('answer', resolve)))
  }
  return answers
}

describe.each(platforms)('a WebSocket on $name', (platform) => {
  it.each<[string, Pick<Transport, 'needs'>, typeof talkByWs]>([
    ['ws', { needs: 'ws' }, talkByWs],
    ['socket.io', {}, talkBySocketIo],
  ])('has one visitor, also one whom nobody knows: %s', async (_kind, transport, talk) => {
    const site = await startTransportSite(platform, transport, allHandlers())

    const [first, ...others] = await talk(site.url, [{}, 'a text', 7, { headers: visitorCookie('victim') }])
    const [next] = await talk(site.url, [{}])

    expect(first).toMatch(/^[0-9a-f-]{36}$/)
    expect(others).toEqual([first, first, first])
    expect(next).not.toBe(first)
  })

  it.each<[string, Pick<Transport, 'needs'>, typeof talkByWs]>([
    ['ws', { needs: 'ws' }, talkByWs],
    ['socket.io', {}, talkBySocketIo],
  ])('asks the resolver with the request that opened it: %s', async (_kind, transport, talk) => {
    const asked: unknown[] = []
    const site = await startTransportSite(platform, transport, {
      ...allHandlers(),
      request: {
        identity: {
          resolve(request, { transport, host }) {
            asked.push([transport, host?.getType(), 'headers' in request && 'url' in request])
            return 'user_1'
          },
        },
      },
    })

    expect(await talk(site.url, [{}])).toEqual(['user_1'])
    expect(asked).toEqual([['websocket', 'ws', true]])
  })
})

describe.each(triedPlatforms)('a login on $name', (platform) => {
  it.each([...browserTransports, ...serviceTransports].slice(3))(
    'that no cookie can keep holds for its message, and is nobody’s mistake: $name',
    async (transport) => {
      const secret = 'a secret of at least 32 characters'
      const site = await startTransportSite(platform, transport, {
        ...allHandlers(),
        request: { identity: { secret } },
      })

      await transport.call(site, 'login')

      expect((await site.waitFor('opened')).distinct_id).toBe('user_2')
      expect(site.warnings()).toEqual([])
    },
  )
})

describe.each(triedPlatforms)('a transport of another library on $name', (platform) => {
  @Injectable()
  class Bot {
    @InjectHedgerow() readonly hedgerow!: Hedgerow

    hear() {
      this.hedgerow.capture({ event: 'heard' })
      return this.hedgerow.scope()?.identitySource
    }
    @RequireFlag('off')
    obey() {}

    fail() {
      throw new Error('failed in a chat')
    }
  }

  async function start(platform: Platform) {
    const site = await startTransportSite(
      platform,
      {},
      {
        providers: [Bot],
        request: { identity: { resolve: () => 'user_1' } },
      },
    )
    site.posthog.flags = { off: false }
    const bot = site.app.get(Bot)
    const creator = site.app.get(ExternalContextCreator)
    const none = undefined
    const call = (method: 'hear' | 'obey' | 'fail') =>
      creator.create(
        bot,
        bot[method],
        method,
        none,
        none,
        none,
        none,
        none,
        'chat',
      )(hostile()) as Promise<unknown>
    return { site, call }
  }
  const hostile = () => ({ headers: visitorCookie('victim'), req: { headers: visitorCookie('victim') } })

  it('P4: has an empty scope, and gates', async () => {
    const { site, call } = await start(platform)

    await expect(call('hear')).resolves.toBe('minted')
    await expect(call('obey')).rejects.toMatchObject({ message: 'Not Found' })

    const { properties, distinct_id: id } = await site.waitFor('heard')
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    expect(properties).toMatchObject({ $process_person_profile: false })
    expect(properties).not.toHaveProperty('$current_url')
  })

  it('has its errors captured', async () => {
    const { site, call } = await start(platform)

    await expect(call('fail')).rejects.toThrow('failed in a chat')

    const { properties } = await site.waitFor('$exception')
    expect(properties['$exception_list']).toMatchObject([{ value: 'failed in a chat' }])
  })
})

describe.each(triedPlatforms)('a global gate on $name', (platform) => {
  // Nest 11 asks no global guards for gateways.
  const reached = [...browserTransports, ...serviceTransports].filter(
    ({ name }) => !name.startsWith('gateway') || process.env['NEST'] === 'Nest 12',
  )

  it.each(reached)('holds for what has none of its own: $name', async (transport) => {
    const site = await startUserSite(platform, transport, {
      providers: [
        ...allHandlers().providers,
        { provide: APP_GUARD, useValue: new RequireFlagGuard('off', { otherwise: 'forbidden' }) },
      ],
    })

    const error = await site.fail('open')

    expect(error).toEqual(toldBy(transport, { message: 'Forbidden resource' }))
    expect((await site.waitFor('$feature_flag_called')).distinct_id).toBe('user_1')
    expect((await site.events()).map(({ event }) => event)).not.toContain('opened')
  })
})
