import { describe, expect, it } from 'vitest'
import { decideGate, type GateDecision, type GateRule } from '../../src/index.ts'
import { browserCookie, pageFacts, scopeOpener } from '../request/open-scope.ts'
import { defined, nobody, onPlan } from './flag-definitions.ts'
import { createFlagClient, createLocalClient } from './flag-client-setup.ts'

const defaults = { open: true, closed: false, blue: 'blue', off: true, unknown: true }
const visitor = () => pageFacts({ cookie: browserCookie('browser_1') })

describe('a declared default', () => {
  it.each<[string, GateRule, GateDecision]>([
    ['opens the gate', { key: 'open' }, { allow: true, reason: 'default' }],
    [
      'closes it, although undecided flags would open it',
      { key: 'closed', whenUnknown: 'allow' },
      { allow: false, reason: 'default' },
    ],
    [
      'may be the variant that opens it',
      { key: 'blue', variant: 'blue' },
      { allow: true, reason: 'default' },
    ],
    ['may be another variant', { key: 'blue', variant: 'green' }, { allow: false, reason: 'default' }],
    ['counts for a flag that nobody defined', { key: 'unknown' }, { allow: true, reason: 'default' }],
    ['does not count where the flag is decided', { key: 'off' }, { allow: false, reason: 'disabled' }],
    ['is no other flag’s', { key: 'other', whenUnknown: 'allow' }, { allow: true, reason: 'undecided' }],
  ])('%s', async (_case, rule, decision) => {
    const undecided = ['open', 'closed', 'blue', 'other'].map((key) => defined(key, [onPlan('pro')]))
    const { client } = await createLocalClient({ flags: [...undecided, defined('off', [nobody])] })
    const { scope } = scopeOpener(client, { flags: { defaults } })(visitor())

    expect(decideGate(scope.flags, rule)).toEqual(decision)
  })

  it('counts before flags are loaded, and when PostHog does not answer', async () => {
    const { client } = createFlagClient({}, { flags: 500 })
    const open = scopeOpener(client, { flags: { preload: 'never', defaults } })
    const { flags } = open(visitor()).scope

    const decisions = [flags, await flags.load()].map((each) => [
      each.state,
      decideGate(each, { key: 'open' }),
    ])

    expect(decisions).toEqual([
      ['not-loaded', { allow: true, reason: 'default' }],
      ['unavailable', { allow: true, reason: 'default' }],
    ])
  })
})
