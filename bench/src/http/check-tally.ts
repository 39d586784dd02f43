import { visitorPool } from '../flags/visitors.ts'
import type { HttpSubject } from './http-subjects.ts'
import { flagKeys } from './site.ts'
import type { Tally } from './sink-process.ts'

/**
 * Says what is wrong with the events of a subject whose visitors each asked so often; an empty list when every request
 * was captured under its visitor's id, as it should, and every first read of a flag.
 */
export function checkTally({ name, counts, readsFlags }: HttpSubject, tally: Tally, asked: number): string[] {
  const expected = counts ? visitorPool().map(({ distinctId }) => distinctId) : []
  const known = new Set(expected)
  const strangers = Object.keys(tally).filter((distinctId) => !known.has(distinctId))
  const exposures = readsFlags ? flagKeys.length : 0
  return [
    ...strangers.map((distinctId) => `${name}: events arrived for ${distinctId}, who should have none`),
    ...expected.flatMap((distinctId) => {
      const sent = tally[distinctId] ?? { pageviews: 0, exposures: 0 }
      if (sent.pageviews === asked && sent.exposures === exposures) return []
      return [
        `${name}: ${sent.pageviews} pageviews and ${sent.exposures} exposures arrived of a visitor, expected ${asked} and ${exposures}`,
      ]
    }),
  ]
}
