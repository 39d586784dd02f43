import * as fc from 'fast-check'
import { seededRandom } from 'testkit'
import { beforeAll, expect, it } from 'vitest'
import { captureThrough, poorResponse } from '../test/capture/capture-setup.ts'
import { play } from './fuzz/run.ts'
import { script } from './fuzz/script.ts'
import { Totals } from './fuzz/totals.ts'

const short = process.env['HEDGEROW_PROOF'] === 'short'
const events = short ? 2000 : 100_000
const seed = Number(process.env['HEDGEROW_SEED'] ?? 20_240_615)
const clientsAtOnce = 20
/** What may become of an event besides being sent. */
const reasons = [
  ...['queue-full', 'too-large', 'rejected', 'retries-exhausted'],
  ...['opted-out', 'before-send', 'invalid'],
]

beforeAll(async () => {
  // What describes exceptions is loaded with the first one, which takes real time that a fake clock knows nothing of.
  const { client } = captureThrough(() => Promise.resolve(poorResponse(200)))
  await client.captureExceptionImmediate(new Error('the first'))
})

it(`takes ${events} events of any kind without harm, and accounts for every one`, async () => {
  console.log(`fuzz: seed ${seed}; another one by HEDGEROW_SEED`)
  const random = seededRandom(seed)
  const totals = new Totals()
  let calls = 0
  let taken = 0
  for (let round = 0; taken < events && round < events; round += 1) {
    const property = fc.asyncProperty(script, async (script) => {
      const { problems, stats } = await play(script)
      expect(problems).toEqual([])
      totals.add(stats)
      calls += script.steps.length
      taken += script.steps.filter(({ call }) => call.captures).length
    })
    await fc.assert(property, { numRuns: clientsAtOnce, seed: Math.floor(random() * 2 ** 31) })
  }
  console.log(`fuzz: ${calls} calls, ${taken} of them with an event: ${totals.toString()}`)

  // Otherwise nothing would be proven.
  expect(totals.of('accepted')).toBeGreaterThan(taken / 4)
  expect(totals.of('sent')).toBeGreaterThan(taken / 20)
  expect(short ? [] : reasons.filter((reason) => totals.of(reason) === 0)).toEqual([])
})
