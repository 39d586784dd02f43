import { documentHeaders, type RunningNextApp, type ScriptedServer, send, startScriptedServer } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { TwinSites } from './twin-sites.ts'

const visits = 20

/** What was captured before an application is told to end arrives before it has ended. */
export function describeLastWords(twins: TwinSites): void {
  /** One more of the application with Hedgerow, and a PostHog of its own. */
  const start = async () => {
    const posthog = await startScriptedServer()
    onTestFinished(() => posthog.close())
    const app = await twins.start({ POSTHOG_KEY: 'phc_test', POSTHOG_HOST: posthog.url })
    return { posthog, app }
  }

  describe('P1: an application that is told to end', { timeout: 60_000 }, () => {
    it('has sent all that was captured in handlers, actions, pages, after() and the background just before', async () => {
      const { posthog, app } = await start()
      const action = await actionOf(app)

      await Promise.all(
        Array.from({ length: visits }, async () => {
          await send(`${app.url}/api/last`, { method: 'POST' })
          await send(`${app.url}/streamed`, { headers: documentHeaders })
          await action()
        }),
      )
      const code = await app.terminate()

      expect(code).toBe(143) // what Next.js exits with after SIGTERM
      expect(countsOf(posthog)).toEqual({
        $pageview: visits + 1,
        'in the handler': visits,
        'in the background': visits,
        'in after()': visits,
        'shown late': visits,
        ordered: visits,
      })
      const ids = posthog.events().map(({ uuid }) => uuid)
      expect(new Set(ids).size).toBe(ids.length)
    })

    it('has sent what the background alone captured just before', async () => {
      const { posthog, app } = await start()
      await send(`${app.url}/plain`, { headers: documentHeaders })
      await posthog.waitFor(() => posthog.events().length === 1)

      await send(`${app.url}/api/last?only=background`, { method: 'POST' })
      await app.terminate()

      expect(countsOf(posthog)).toEqual({ $pageview: 1, 'in the background': 1 })
    })

    it('has answered everybody and ends in time while PostHog hangs (idiom 13)', async () => {
      const { posthog, app } = await start()
      posthog.always('/batch/', 'hang')

      const paths = ['/plain', '/streamed', '/broken', '/api/who', '/api/broken']
      const answers = paths.map((path) => send(app.url + path, { headers: documentHeaders }))
      const statuses = (await Promise.all(answers)).map(({ status }) => status)
      await posthog.waitFor(() => posthog.batches().length > 0)
      const toldAt = performance.now()
      const code = await app.terminate()

      expect(statuses).toEqual([200, 200, 500, 200, 500])
      expect(posthog.events()).toEqual([]) // none of what they waited for was an answer of PostHog
      expect(code).toBe(143)
      expect(performance.now() - toldAt).toBeLessThan(5000)
    })
  })
}

/** Sends the form of a page, as a browser without scripts does. */
async function actionOf({ url }: RunningNextApp): Promise<() => Promise<unknown>> {
  const { body: page } = await send(`${url}/form`, { headers: documentHeaders })
  const [, action = ''] = /name="(\$ACTION_ID_\w+)"/.exec(page) ?? []
  const part = (name: string, value: string) =>
    `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  const headers = { origin: url, 'content-type': 'multipart/form-data; boundary=b' }
  return () =>
    send(`${url}/form`, {
      method: 'POST',
      headers,
      body: `${part(action, '')}${part('item', 'tea')}--b--\r\n`,
    })
}

function countsOf(posthog: ScriptedServer): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { event } of posthog.events()) counts[event] = (counts[event] ?? 0) + 1
  return counts
}
