import { expect, it } from 'vitest'
import { enterEdge } from './edge-realm.ts'

const filters = {
  object: { key: 'value', type: 'person', operator: 'exact', value: { a: 'b' } },
  date: { key: 'value', type: 'person', operator: 'is_date_before', value: '2024-01-01' },
}

it.each([
  ['an object', filters.object, { a: 'b' }, { a: 'c' }],
  ['a date', filters.date, new Date('2023-12-31T00:00:00Z'), new Date('2024-01-02T00:00:00Z')],
])('flags compare %s that comes from outside the sandbox', async (_name, filter, matching, other) => {
  const flag = { id: 1, key: 'hero', active: true, filters: { groups: [{ properties: [filter] }] } }
  const { HedgerowClient } = enterEdge()
  const client = new HedgerowClient('phc_test', {
    secretKey: 'phs_test',
    strictLocalEvaluation: true,
    sendFeatureFlagEvent: false,
    // Answers as the network outside does: its objects are not the sandbox's.
    fetch: () => Promise.resolve(new Response(JSON.stringify({ flags: [flag] }))),
  })

  const values = [
    await client.getFeatureFlag('hero', 'user_1', { personProperties: { value: matching } }),
    await client.getFeatureFlag('hero', 'user_1', { personProperties: { value: other } }),
  ]
  await client.shutdown()

  expect(values).toEqual([true, false])
})
