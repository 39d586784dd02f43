import { expect, it } from 'vitest'
import { visitorPool } from '../src/flags/visitors.ts'
import { checkTally } from '../src/http/check-tally.ts'
import { measureRound } from '../src/http/http-round.ts'
import { frameworks, type HttpSubject, httpSubjects } from '../src/http/http-subjects.ts'
import { RunningSubject, withSurroundings } from '../src/http/running-subject.ts'
import { flagKeys } from '../src/http/site.ts'
import type { Tally } from '../src/http/sink-process.ts'

// Each subject starts a process of its own, on a machine that may be busy.
const timeout = 120_000
const visitors = visitorPool().map(({ distinctId }) => distinctId)

it.each(frameworks)(
  'finds that every app on %s counts the pages of its visitors, and no other request',
  { timeout },
  async (framework) => {
    const subjects = httpSubjects(framework)

    const tallies = await inTurn(subjects, async (running) => (await visit(running)).tally)

    const pageviews = tallies.map((tally) => visitors.map((visitor) => tally[visitor]?.pageviews ?? 0))
    const once = visitors.map(() => 1)
    const never = visitors.map(() => 0)
    expect(subjects.map(({ name }) => name)).toEqual([
      'page',
      'page, hand-written',
      'page, hand-written in full',
      'page, hedgerow',
      'page, posthog-node',
      'API',
      'API, again',
      'API, empty scope',
      'API, hedgerow',
    ])
    expect(pageviews).toEqual([never, once, once, once, once, never, never, never, never])
    expect(tallies.map((tally) => Object.keys(tally).length)).toEqual([0, 997, 997, 997, 997, 0, 0, 0, 0])
  },
)

it.each(frameworks)(
  'finds that pages of Hedgerow and of posthog-node on %s show and send the same ten flags',
  { timeout },
  async (framework) => {
    const [hedgerow, posthogNode] = await inTurn(
      httpSubjects(framework).filter(({ readsFlags }) => readsFlags),
      visit,
    )

    expect(hedgerow?.shown[0]).toMatch(
      /<h1>kettle-0<\/h1>.*<output>(?:(?:true|false|control|first|second) ?){10}<\/output>/,
    )
    expect(hedgerow?.shown).toEqual(posthogNode?.shown)
    expect(new Set(hedgerow?.shown.map((page) => page.split('<output>')[1])).size).toBeGreaterThan(100)
    expect(Object.keys(hedgerow?.tally[visitors[0]!]?.flags ?? {}).toSorted()).toEqual([...flagKeys])
    expect(flagsOf(hedgerow?.tally)).toEqual(flagsOf(posthogNode?.tally))
    expect(Object.values(hedgerow?.tally ?? {}).map(({ exposures }) => exposures)).toEqual(
      visitors.map(() => 10),
    )
  },
)

it('measures all subjects of a framework in one round', { timeout }, async () => {
  const subjects = httpSubjects('express').filter(({ requests }) => requests === 'api')

  const measurements = await measureRound(subjects, { warmUp: 1, measured: 2 }, timeout)

  expect(measurements.map(({ requests }) => requests)).toEqual([1994, 1994, 1994, 1994])
  for (const { cpuMicroseconds, requestsPerSecond } of measurements) {
    expect(cpuMicroseconds).toBeGreaterThan(0)
    expect(requestsPerSecond).toBeGreaterThan(0)
  }
})

it('refuses a subject that lost a pageview, sent one too many or made one up', () => {
  const subject = httpSubjects('express').find(({ name }) => name === 'page, hand-written')!
  const tally: Tally = Object.fromEntries(
    visitors.map((visitor) => [visitor, { pageviews: 2, exposures: 0, flags: {} }]),
  )
  tally[visitors[0]!]!.pageviews = 1
  tally['somebody-else'] = { pageviews: 2, exposures: 0, flags: {} }

  const problems = checkTally(subject, tally, 2)

  expect(problems).toEqual([
    'page, hand-written: events arrived for somebody-else, who should have none',
    'page, hand-written: 1 pageviews and 0 exposures arrived of a visitor, expected 2 and 0',
  ])
})

interface Visits {
  /** Pages, in the order of the visitors. */
  readonly shown: string[]
  readonly tally: Tally
}

/** One visit of everybody. */
async function visit(running: RunningSubject): Promise<Visits> {
  const shown = await running.bodies()
  await running.finish()
  return { shown, tally: await running.tally() }
}

function inTurn<Result>(
  subjects: readonly HttpSubject[],
  run: (running: RunningSubject) => Promise<Result>,
): Promise<Result[]> {
  return withSurroundings(timeout, async (surroundings) => {
    const results: Result[] = []
    for (const subject of subjects) {
      const running = await RunningSubject.start(subject, surroundings, timeout)
      try {
        results.push(await run(running))
      } finally {
        await running.end()
      }
    }
    return results
  })
}

function flagsOf(tally: Tally = {}): unknown[] {
  return visitors.map((visitor) => tally[visitor]?.flags)
}
