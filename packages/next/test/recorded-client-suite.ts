import {
  documentHeaders,
  type HttpAnswer,
  type HttpRequest,
  recordedNextRequests,
  type ScriptedServer,
  visitorCookie,
} from 'testkit'
import { describe, expect, it } from 'vitest'
import type { NextMajor } from './test-app.ts'

/** An application whose proxy sees what its clients ask for. */
export interface VisitedApplication {
  readonly posthog: ScriptedServer
  ask(path: string, options?: HttpRequest): Promise<HttpAnswer>
  /** Which Next.js makes part of the addresses of data. */
  buildId(): Promise<string> | string
}

/** The pages that a visitor saw in each step of a recorded visit, as far as their server can tell. */
const seen: readonly (readonly [step: string, pages: readonly string[]])[] = [
  ['a page is opened', ['/']],
  ['it is loaded again', ['/']],
  ['a link to a static page is clicked', []],
  ['a link to a dynamic page is clicked', []],
  ['a page with links is opened, which are fetched ahead of time', ['/links']],
  ['a page with a form is opened', ['/form']],
  ['an action is called', []],
  ['a form searches', []],
  ['a page of the Pages Router is opened', ['/legacy']],
  ['a link of the Pages Router is clicked', []],
  ['a page is opened, which has another prerendered', ['/speculation']],
  ['a page is opened where scripts are off', ['/form']],
  ['an action is called where scripts are off', []],
]

/** Next.js takes off what tells its requests apart before the proxy sees them; a page is counted once all the same. */
export function describeRecordedClient(major: NextMajor, application: VisitedApplication): void {
  describe(`P9: what Chromium and the client of Next.js ${major} asked for in a recorded visit`, async () => {
    const recorded = await recordedNextRequests(major)

    it('is all looked at', () => {
      expect(seen.map(([step]) => step)).toEqual([...new Set(recorded.map(({ step }) => step))])
    })

    it.each(seen)('when %s shows the visitor %j', async (step, pages) => {
      const { posthog, ask } = application
      const visitor = visitorCookie(`replays ${step}`)
      const buildId = await application.buildId()
      for (const { method, target, headers } of recorded.filter((one) => one.step === step)) {
        await ask(target.replace(/(?<=\/_next\/data\/)[^/]+/, buildId), {
          method,
          headers: {
            ...Object.fromEntries(headers),
            'User-Agent': documentHeaders['user-agent'], // the one of the recording says that nobody watches
            ...visitor,
          },
        })
      }
      await ask('/plain', { headers: { ...documentHeaders, ...visitor } })

      const counted = () =>
        posthog
          .events()
          .filter((one) => one.distinct_id === `replays ${step}` && one.event === '$pageview')
          .map(({ properties }) => properties['$pathname'])
      await posthog.waitFor(() => counted().length > pages.length)
      expect(counted()).toEqual([...pages, '/plain'])
    })
  })
}
