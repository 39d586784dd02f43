import { visitorCookie } from 'testkit'
import { expect } from 'vitest'
import { type Platform, platforms } from '../platforms.ts'
import type { SiteParts } from '../test-site.ts'
import { type Action, allHandlers } from './handlers.ts'
import { startTransportSite, type TransportSite } from './transport-site.ts'
import type { Answer, Transport } from './transports.ts'

/** A site as its client `user_1` sees it. */
export interface UserSite extends TransportSite {
  call(action: Action): Promise<Answer | undefined>
  /** Makes a call that ends in an exception. @returns what the client is told; undefined where it is told nothing. */
  fail(action: Action): Promise<unknown>
}

/** What gates and errors are tried on: with Nest 11 once, as nothing of theirs differs there by platform. */
export const triedPlatforms = process.env['NEST'] === 'Nest 11' ? platforms.slice(0, 1) : platforms

/** What a handler's text comes to at the client. */
export function answerOf({ name }: Transport, text: string): Answer | undefined {
  return name === 'microservice event' ? undefined : { text }
}

/** What `fail` returns where a client is told so much, and maybe more. */
export function toldBy(transport: Transport, error: object = {}): unknown {
  return isTold(transport) ? expect.objectContaining(error) : undefined
}

/** Whether a client hears of an exception: nobody answers an event, and Nest 11 tells a client of ws nothing. */
const isTold = ({ name, needs }: Transport) =>
  name !== 'microservice event' && !(needs === 'ws' && process.env['NEST'] === 'Nest 11')

/** Starts a site with one flag that is on and one that is off. */
export async function startUserSite(
  platform: Platform,
  transport: Transport,
  parts: SiteParts = {},
): Promise<UserSite> {
  const site = await startTransportSite(platform, transport, {
    ...allHandlers(),
    ...parts,
    request: {
      identity: {
        resolve: (_request, { transport, host }) =>
          transport === 'rpc' ? host?.switchToRpc().getData<{ user: string }>().user : undefined,
      },
    },
  })
  site.posthog.flags = { on: true, off: false, colour: 'blue' }
  const call = (action: Action) =>
    transport.call(site, action, { headers: visitorCookie('user_1'), payload: { user: 'user_1' } })
  return {
    ...site,
    call,
    async fail(action) {
      const answer = call(action)
      if (isTold(transport)) return (await answer)?.error
      answer.catch(() => {}) // the client hangs up in the end, maybe before it has connected
      return undefined
    },
  }
}
