import { Controller, Get, Inject } from '@nestjs/common'
import { type HealthCheckResult, HealthCheckService, TerminusModule } from '@nestjs/terminus'
import { describe, expect, it } from 'vitest'
import type { ClientOptions } from '../src/index.ts'
import { type HealthCheckOptions, HedgerowHealthIndicator } from '../src/terminus.ts'
import { platforms } from './platforms.ts'
import { type SiteParts, startSite } from './test-site.ts'

const isTerminus11 = process.env['NEST'] === 'Nest 11'
const definitions = '/flags/definitions'
const oneFlag = { flags: [{ id: 1, key: 'hero', active: true, filters: { groups: [{}] } }] }
const secretKey = 'phs_health'

/** A site with a health check, as its README describes one. */
async function startChecked(
  platform: (typeof platforms)[number],
  {
    script,
    options,
    ...client
  }: ClientOptions & Pick<SiteParts, 'script'> & { options?: HealthCheckOptions } = {},
) {
  @Controller()
  class HealthController {
    @Inject(HealthCheckService) private readonly health!: HealthCheckService
    @Inject(HedgerowHealthIndicator) private readonly hedgerow!: HedgerowHealthIndicator

    @Get() page() {
      return 'page'
    }
    @Get('ready') ready() {
      return this.health.check([() => this.hedgerow.isHealthy('hedgerow', options)])
    }
  }
  const site = await startSite(platform, {
    client: { fetchRetryCount: 0, ...client },
    ...(script && { script }),
    imports: [TerminusModule.forRoot({ logger: false })],
    controllers: [HealthController],
    providers: [HedgerowHealthIndicator],
  })
  return {
    ...site,
    async check() {
      const { status, body } = await site.send('/ready')
      return { status, details: (JSON.parse(body) as Partial<HealthCheckResult>).details?.['hedgerow'] }
    },
  }
}

/** Not down, but not as well as it could be. */
const impaired = isTerminus11 ? 'up' : 'degraded'

describe.each(platforms)('Idiom 10: a health check on $name', (platform) => {
  it('is up with a client that has nothing to complain of, and says what is in its queue', async () => {
    const { client, check } = await startChecked(platform)
    client.capture({ event: 'order placed', distinctId: 'user_1' })

    expect(await check()).toEqual({
      status: 200,
      details: {
        status: 'up',
        host: 'reachable',
        remoteFlags: 'available',
        pending: 1,
        pendingBytes: expect.any(Number),
        dropped: {},
        problems: [],
      },
    })
  })

  it('is down until the first load of definitions has ended, and up or degraded ever after', async () => {
    const { client, runtime, check } = await startChecked(platform, {
      secretKey,
      requestTimeout: 1000,
      script: (posthog) =>
        posthog.answer(definitions, 'hang', { status: 200, body: oneFlag }, { status: 500 }),
    })
    const checks = [await check()]

    for (const waitMs of [1000, 0, 0]) {
      const load = client.reloadFeatureFlags()
      await runtime.advance(waitMs)
      await load
      checks.push(await check())
    }

    expect(checks.map(({ status, details }) => [status, details?.status, details?.['problems']])).toEqual([
      [503, 'down', ['definitions-loading']],
      [200, impaired, ['definitions-failed']],
      [200, 'up', []],
      [200, impaired, ['definitions-stale']],
    ])
  })

  it('stays up while PostHog answers nothing, and says so', async () => {
    const site = await startChecked(platform)
    await site.posthog.stop()
    for (let visitor = 0; visitor < 5; visitor++) await site.visit()
    site.client.capture({ event: 'order placed', distinctId: 'user_1' })
    await site.client.flush().catch(() => undefined)

    const { status, details } = await site.check()

    expect([status, details?.status, details?.['problems']]).toEqual([
      200,
      impaired,
      ['remote-flags-unavailable', 'host-unreachable'],
    ])
  })

  it('is down for whatever the application counts as down', async () => {
    const { client, runtime, check } = await startChecked(platform, {
      secretKey,
      requestTimeout: 1000,
      script: (posthog) => posthog.answer(definitions, 'hang', { status: 200, body: oneFlag }),
      options: { downWhen: ['definitions-failed'] },
    })
    const checks = [await check()]

    for (const waitMs of [1000, 0]) {
      const load = client.reloadFeatureFlags()
      await runtime.advance(waitMs)
      await load
      checks.push(await check())
    }

    expect(checks.map(({ status, details }) => [status, details?.status])).toEqual([
      [200, impaired],
      [503, 'down'],
      [200, 'up'],
    ])
  })

  it.each<[string, HealthCheckOptions, string]>([
    ['a client that is not there', { name: 'shop' }, 'found no client called shop; import HedgerowModule'],
    [
      'a problem that is none',
      // What the types forbid, plain JavaScript still passes.
      { downWhen: ['definitions-gone' as 'definitions-failed'] },
      'downWhen must list problems of definitions-loading, definitions-failed, definitions-stale, remote-flags-unavailable, host-unreachable, got definitions-gone',
    ],
  ])('refuses %s', async (_case, options, message) => {
    const { app } = await startChecked(platform)

    const check = () => app.get(HedgerowHealthIndicator).isHealthy('hedgerow', options)

    expect(check).toThrow(message)
    expect(check).toThrow(expect.objectContaining({ code: 'config' }))
  })
})
