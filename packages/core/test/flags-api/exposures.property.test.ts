import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { FlagSnapshot, FlagValue, RequestScope } from '../../src/index.ts'
import type { SentEvent } from '../capture/capture-setup.ts'
import { browserCookie, pageFacts, scopeOpener } from '../request/open-scope.ts'
import { continuous, defined, everyone, nobody, onPlan, variants } from './flag-definitions.ts'
import { answered, createLocalClient, type FlagClientSetup } from './flag-client-setup.ts'

const keys = ['a', 'b', 'c', 'unknown']
const key = fc.constantFrom(...keys)
const person = fc.constantFrom('user_1', 'user_2', 'browser_1')

/** States of the three flags that have definitions; an open one is decided by PostHog, if anybody asks. */
const state = fc.constantFrom('on', 'off', 'blue', 'green', 'open', 'for-pro')
const states = fc.tuple(state, state, state)
const remote = fc.dictionary(key, fc.constantFrom<FlagValue>(true, false, 'blue', 'remote'))

type Step =
  | { readonly do: 'read alone' | 'read in scope' | 'read in snapshot'; key: string; person: string }
  | { readonly do: 'take snapshot'; person: string }
  | { readonly do: 'capture with snapshot' | 'capture in scope' | 'load in scope' }
  | { readonly do: 'reload'; states: readonly string[]; remote: Readonly<Record<string, FlagValue>> }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constantFrom('read alone' as const, 'read in scope' as const, 'read in snapshot' as const),
    key,
    person,
  }),
  fc.record({ do: fc.constant('take snapshot' as const), person }),
  fc.record({
    do: fc.constantFrom(
      'capture with snapshot' as const,
      'capture in scope' as const,
      'load in scope' as const,
    ),
  }),
  fc.record({ do: fc.constant('reload' as const), states, remote }),
)

it('events say of flags exactly what the application was told', async () => {
  await fc.assert(
    fc.asyncProperty(states, fc.array(step, { minLength: 1, maxLength: 30 }), async (first, steps) => {
      const setup = await createLocalClient({ flags: definitionsOf(first) }, {}, answered({}))
      const application = new Application(setup, await setup.client.evaluateFlags('user_1'))

      for (const step of steps) await application.take(step)

      const events = await setup.events()
      expect(events.filter(isExposure).map(exposureOf)).toEqual(application.exposures)
      expect(events.filter((event) => !isExposure(event)).map(flagsOn)).toEqual(application.stamped)
      for (const { properties } of events.filter(isExposure)) {
        const name = `$feature/${String(properties['$feature_flag'])}`
        expect(properties[name]).toBe(properties['$feature_flag_response'])
      }
    }),
    { numRuns: 150 },
  )
})

/** An application that reads flags, and notes what it is told as the events will have to say it. */
class Application {
  readonly setup: FlagClientSetup
  /** Person, flag and value of each first read, in order. */
  readonly exposures: unknown[] = []
  /** Flags of each captured event, in order. */
  readonly stamped: Record<string, unknown>[] = []
  readonly #scope: RequestScope
  readonly #told = new Set<string>()
  readonly #toldInScope: Record<string, unknown> = {}
  #taken: { readonly person: string; readonly flags: FlagSnapshot }

  constructor(setup: FlagClientSetup, flags: FlagSnapshot) {
    this.setup = setup
    this.#scope = scopeOpener(setup.client)(pageFacts({ cookie: browserCookie('browser_1') })).scope
    this.#taken = { person: 'user_1', flags }
  }

  async take(step: Step): Promise<void> {
    const { client } = this.setup
    if (step.do === 'read alone')
      this.#note(step.person, step.key, await client.getFeatureFlag(step.key, step.person))
    if (step.do === 'read in snapshot')
      this.#note(this.#taken.person, step.key, this.#taken.flags.getFlag(step.key))
    if (step.do === 'read in scope') this.#readInScope(step.key)
    if (step.do === 'take snapshot')
      this.#taken = { person: step.person, flags: await client.evaluateFlags(step.person) }
    if (step.do === 'load in scope') await this.#scope.flags.load('c')
    if (step.do === 'capture in scope') this.#captureInScope()
    if (step.do === 'capture with snapshot') this.#captureWithSnapshot()
    if (step.do === 'reload') await this.#reload(step.states, step.remote)
  }

  #readInScope(key: string): void {
    const value = this.#scope.flags.getFlag(key)
    this.#note('browser_1', key, value)
    this.#toldInScope[`$feature/${key}`] = value
  }

  #captureInScope(): void {
    this.#scope.capture('in scope')
    this.stamped.push(withoutUndefined(this.#toldInScope))
  }

  #captureWithSnapshot(): void {
    const { person, flags } = this.#taken
    this.setup.client.capture({ event: 'with snapshot', distinctId: person, flags })
    const values = keys.map((key) => [`$feature/${key}`, flags.getFlagResult(key).value])
    this.stamped.push(withoutUndefined(Object.fromEntries(values)))
  }

  async #reload(flags: readonly string[], remote: Readonly<Record<string, FlagValue>>): Promise<void> {
    this.setup.posthog.definitions = { flags: definitionsOf(flags) }
    this.setup.posthog.flags = answered(remote)
    await this.setup.client.reloadFeatureFlags()
  }

  #note(...exposure: [person: string, key: string, value: FlagValue | undefined]): void {
    const text = JSON.stringify(exposure)
    if (!this.#told.has(text)) this.exposures.push(exposure)
    this.#told.add(text)
  }
}

function definitionsOf(flags: readonly string[]): unknown[] {
  return flags.map((name, place) => {
    const flag = keys[place] ?? ''
    if (name === 'on') return defined(flag)
    if (name === 'off') return defined(flag, [nobody])
    if (name === 'open') return continuous(flag)
    if (name === 'for-pro') return defined(flag, [onPlan('pro')])
    return defined(flag, [everyone], variants(name))
  })
}

function isExposure({ event }: SentEvent): boolean {
  return event === '$feature_flag_called'
}

function exposureOf({ distinct_id: id, properties }: SentEvent): unknown[] {
  return [id, properties['$feature_flag'], properties['$feature_flag_response']]
}

function flagsOn({ properties }: SentEvent): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => name.startsWith('$feature/')))
}

function withoutUndefined(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined))
}
