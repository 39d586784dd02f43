import { expectTypeOf } from 'vitest'
import {
  decideGate,
  type FeatureFlagResult,
  type FlagKey,
  type FlagPayload,
  type FlagsAndPayloads,
  type FlagSnapshot,
  type FlagValue,
  type FlagVariant,
  HedgerowClient,
  type RequestScope,
  type UndecidedReason,
} from '../../src/index.ts'

declare const scope: RequestScope
declare const key: string
const client = new HedgerowClient('phc_test', { secretKey: 'phs_test', strictLocalEvaluation: true })

// Without a registry every text is the key of a flag that may have any value and payload.
expectTypeOf<FlagKey>().toEqualTypeOf<string>()
expectTypeOf<FlagVariant<'hero'>>().toEqualTypeOf<FlagValue>()
expectTypeOf<FlagPayload<'hero'>>().toEqualTypeOf<unknown>()
expectTypeOf<FlagValue>().toEqualTypeOf<boolean | string>()

// Single flags: undefined is undecided, and a payload may be null, for none.
expectTypeOf(client.getFeatureFlag(key, 'user_1')).resolves.toEqualTypeOf<FlagValue | undefined>()
expectTypeOf(client.isFeatureEnabled(key, 'user_1')).resolves.toEqualTypeOf<boolean | undefined>()
expectTypeOf(client.getFeatureFlagPayload(key, 'user_1', 'a')).resolves.toEqualTypeOf<unknown>()
expectTypeOf(client.getFeatureFlagResult(key)).resolves.toEqualTypeOf<FeatureFlagResult | undefined>()
void client.getFeatureFlag('hero', 'user_1', {
  groups: { company: 'acme', seats: 5 },
  personProperties: { plan: 'pro' },
  groupProperties: { company: { size: 3 } },
  onlyEvaluateLocally: true,
  sendFeatureFlagEvents: false,
  disableGeoip: undefined,
})

// Many flags, for somebody or for whoever the context is about.
expectTypeOf(client.getAllFlags()).resolves.toEqualTypeOf<Record<string, FlagValue>>()
expectTypeOf(client.getAllFlagsAndPayloads('user_1')).resolves.toEqualTypeOf<FlagsAndPayloads>()
expectTypeOf(client.evaluateFlags(undefined, { flagKeys: [key] })).resolves.toEqualTypeOf<FlagSnapshot>()
expectTypeOf(client.isLocalEvaluationReady()).toEqualTypeOf<boolean>()
expectTypeOf(client.waitForLocalEvaluationReady(100)).resolves.toEqualTypeOf<boolean>()
expectTypeOf(client.getRemoteConfigPayload(key)).resolves.toEqualTypeOf<unknown>()

// A snapshot, the request's too.
for (const flags of [scope.flags, await client.evaluateFlags('user_1'), await scope.flags.load(key)]) {
  expectTypeOf(
    flags.isEnabled(key, { defaultValue: true, sendFeatureFlagEvents: false }),
  ).toEqualTypeOf<boolean>()
  expectTypeOf(flags.getFlag(key, { defaultValue: 'blue' })).toEqualTypeOf<FlagValue | undefined>()
  expectTypeOf(flags.getFlagPayload(key)).toEqualTypeOf<unknown>()
  expectTypeOf(flags.keys).toEqualTypeOf<string[]>()
  expectTypeOf(flags.unresolvedFlags).toEqualTypeOf<Readonly<Record<string, UndecidedReason>>>()
  expectTypeOf(flags.only([key])).toEqualTypeOf<FlagSnapshot>()
  client.capture({ event: 'order placed', distinctId: 'user_1', flags: flags.onlyAccessed() })
}
client.capture({ event: 'order placed', distinctId: 'user_1', sendFeatureFlags: { flagKeys: [key] } })

client.overrideFeatureFlags(false)
client.overrideFeatureFlags(['hero'])
client.overrideFeatureFlags({ hero: 'blue', off: false, gone: undefined })
client.overrideFeatureFlags({ flags: ['hero'], payloads: { hero: { size: 1 } } })
client.overrideFeatureFlags({ flags: false, payloads: false })

decideGate(scope.flags, { key, variant: 'blue', whenUnknown: 'allow' })

// @ts-expect-error somebody must be named
void client.getFeatureFlag('hero')
// @ts-expect-error an id is text
void client.getFeatureFlag('hero', 17)
// @ts-expect-error options come after the value whose payload is wanted
void client.getFeatureFlagPayload('hero', 'user_1', { onlyEvaluateLocally: true })
// @ts-expect-error an unknown option
void client.getFeatureFlag('hero', 'user_1', { personProps: {} })
// @ts-expect-error one flag is asked for by its key
void client.getFeatureFlag('hero', 'user_1', { flagKeys: ['hero'] })
// @ts-expect-error keys are a list
void client.evaluateFlags('user_1', { flagKeys: 'hero' })
// @ts-expect-error undefined is undecided, which is not off
const isOn: boolean = await client.isFeatureEnabled('hero', 'user_1')
// @ts-expect-error a snapshot never changes
scope.flags.keys = [String(isOn)]
// @ts-expect-error a default of a yes or no is one
scope.flags.isEnabled('hero', { defaultValue: 'blue' })
// @ts-expect-error true turns on no flag in particular
client.overrideFeatureFlags(true)
// @ts-expect-error a value is no number
client.overrideFeatureFlags({ hero: 17 })
// @ts-expect-error a variant is a name
decideGate(scope.flags, { key, variant: true })
// @ts-expect-error there is no third way
decideGate(scope.flags, { key, whenUnknown: 'ask' })
