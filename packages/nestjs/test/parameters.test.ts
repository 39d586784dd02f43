import { Controller, Get } from '@nestjs/common'
import { visitorCookie } from 'testkit'
import { describe, expect, it } from 'vitest'
import {
  CurrentScope,
  DistinctId,
  Flag,
  Flags,
  type FlagSnapshot,
  type FlagValue,
  type RequestScope,
  SessionId,
} from '../src/index.ts'
import { platforms } from './platforms.ts'
import { startSite } from './test-site.ts'

const headers = visitorCookie('browser_1')

@Controller()
class ParameterController {
  @Get('visitor') visitor(
    @DistinctId() id: string,
    @SessionId() session: string | undefined,
    @CurrentScope() scope: RequestScope,
  ) {
    return { id, session, source: scope.identitySource }
  }
  @Get('flags') flags(
    @Flag('hero') hero: FlagValue,
    @Flag('off') off: FlagValue,
    @Flag('nobody-knows', 'plain') unknown: FlagValue,
    @Flags() flags: FlagSnapshot,
  ) {
    return { hero, off, unknown, state: flags.state }
  }
  @Get('another') another(@DistinctId('shop') id: string) {
    return id
  }
}

describe.each(platforms)('Idiom 9: a parameter on $name', (platform) => {
  it('is who the visitor is', async () => {
    const site = await startSite(platform, { controllers: [ParameterController] })

    const session = '01890a5d-ac96-774b-bcce-b302099a8057'
    const answer = await site.send('/visitor', { headers: { ...headers, 'x-posthog-session-id': session } })

    expect(JSON.parse(answer.body)).toEqual({ id: 'browser_1', session, source: 'cookie' })
  })

  it('is what a flag says, also for a request whose flags nobody has loaded', async () => {
    const site = await startSite(platform, { controllers: [ParameterController] })
    site.posthog.flags = { hero: 'blue', off: false }

    const answer = await site.send('/flags', { headers })

    expect(JSON.parse(answer.body)).toEqual({ hero: 'blue', off: false, unknown: 'plain', state: 'loaded' })
    expect(site.posthog.flagCalls()).toHaveLength(1)
    expect(site.warnings().filter((line) => !line.includes('shutdown-hooks-off'))).toEqual([])
  })

  it('is the default of a flag that does not come in time', async () => {
    const site = await startSite(platform, { controllers: [ParameterController] })
    site.posthog.always('/flags/', 'hang')

    const pending = site.send('/flags', { headers })
    await site.posthog.waitFor(() => site.posthog.flagCalls().length === 1)
    await site.runtime.advance(250)

    expect(JSON.parse((await pending).body)).toEqual({ unknown: 'plain', state: 'unavailable' })
  })

  it('of a client that is not there fails the request', async () => {
    const site = await startSite(platform, { controllers: [ParameterController] })

    expect((await site.send('/another', { headers })).status).toBe(500)
  })
})
