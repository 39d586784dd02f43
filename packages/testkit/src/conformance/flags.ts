import { Agent } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { visitorCookie } from '../browser-cookie.ts'
import { documentHeaders } from '../http-client.ts'
import { startScriptedServer } from '../scripted-server.ts'
import type { AdapterHarness, SitePlan } from './adapter-harness.ts'
import { startSite } from './conformance-site.ts'

const visitor = visitorCookie('browser_1')
const deadlineMs = 250

/** `/` says what the flag `hero` is; `/beta` is for those who have the flag `beta`. */
function flagPlan(): SitePlan {
  return {
    routes: [
      {
        path: '/',
        handle: ({ scope }) => ({ body: `${String(scope?.flags.getFlag('hero'))} ${scope?.flags.state}` }),
      },
      { path: '/beta', flag: 'beta', handle: () => ({ body: 'behind the gate' }) },
    ],
  }
}

/** Flags are there when a handler runs, and nobody waits for them longer than the deadline. */
export function describeFlags(harness: AdapterHarness): void {
  describe('flags', () => {
    it('of a page are there when its handler runs', async () => {
      const site = await startSite(harness, { build: flagPlan })
      site.posthog.flags = { hero: 'blue' }

      expect((await site.visit('/', visitor)).body).toBe('blue loaded')
      expect(site.posthog.flagCalls()).toHaveLength(1)
    })

    it.each([
      [true, 200],
      [false, 404],
    ])('open a gate when they are on: %s', async (value, status) => {
      const site = await startSite(harness, { build: flagPlan })
      site.posthog.flags = { beta: value }

      const answer = await site.send('/beta', { headers: visitor })

      expect(answer.status).toBe(status)
      expect(answer.body === 'behind the gate').toBe(value)
      expect(await site.settled()).toHaveLength(1)
    })

    it.each(['hang', 'hang-body'] as const)(
      'that never come (%s) cost a page 250 ms by the clock',
      async (answer) => {
        const site = await startSite(harness, { build: flagPlan })
        site.posthog.always('/flags/', answer)

        const visit = site.visit('/', visitor)
        await site.posthog.waitFor(() => site.posthog.flagCalls().length === 1)
        expect(site.runtime.nextTimerDelayMs).toBe(deadlineMs)
        await site.runtime.advance(deadlineMs)

        expect((await visit).body).toBe('undefined unavailable')
        if (harness.withholds?.includes('outcome')) return
        expect((await site.events())[0]?.properties).toMatchObject({
          $response_time_ms: deadlineMs,
          $ttfb_ms: deadlineMs,
        })
      },
    )

    it('that never come cost five pages of a thousand the deadline, and the others nothing', async () => {
      const site = await startSite(harness, { build: flagPlan })
      let asked: () => void = () => {}
      site.posthog.always('/flags/', () => {
        asked()
        return 'hang'
      })
      const agent = new Agent({ keepAlive: true })
      onTestFinished(() => agent.destroy())
      const waits: number[] = []

      for (let page = 0; page < 1000; page++) {
        const start = site.runtime.now()
        const headers = { ...documentHeaders, ...visitorCookie(`browser_${page}`) }
        const visit = site.send('/', { agent, headers })
        const answer = await Promise.race([visit, new Promise<void>((resolve) => (asked = resolve))])
        if (!answer) await site.runtime.advance(deadlineMs)
        expect((await visit).status).toBe(200)
        waits.push(site.runtime.now() - start)
      }

      expect(waits.filter((ms) => ms > 0)).toEqual(Array.from({ length: 5 }, () => deadlineMs))
    })

    it('evaluated in this process wait for no network', async () => {
      const posthog = await startScriptedServer()
      posthog.always('/flags/definitions', { status: 200, body: definitions })
      const site = await startSite(harness, { posthog, build: flagPlan, client: { secretKey: 'phs_test' } })
      await site.client.waitForLocalEvaluationReady()
      await posthog.stop()
      const requests = posthog.requests.length

      const page = await site.visit('/', visitor)
      const gate = await site.visit('/beta', visitor)

      expect(page.body).toBe('blue loaded')
      expect(gate.body).toBe('behind the gate')
      await site.settled()
      expect(posthog.requests).toHaveLength(requests)
      expect(site.runtime.lines.filter(({ level }) => level === 'warn')).toEqual([])
    })
  })
}

const everyone = [{ properties: [], rollout_percentage: 100 }]

const definitions = {
  flags: [
    {
      key: 'hero',
      active: true,
      filters: { groups: everyone, multivariate: { variants: [{ key: 'blue', rollout_percentage: 100 }] } },
    },
    { key: 'beta', active: true, filters: { groups: everyone } },
  ],
}
