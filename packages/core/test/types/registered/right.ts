import {
  decideGate,
  type FlagKey,
  type FlagPayload,
  type FlagSnapshot,
  type FlagVariant,
  type Hedgerow,
  HedgerowClient,
  type RequestScope,
} from '@hedgerow/core'
import { expectTypeOf } from 'vitest'

declare module '@hedgerow/core' {
  interface FlagRegistry {
    'new-checkout': { value: boolean }
    hero: { value: false | 'a' | 'b'; payload: { title: string } }
    banner: { payload: string[] }
  }
}

declare const scope: RequestScope
declare const client: HedgerowClient
declare const port: Hedgerow
declare const flags: FlagSnapshot

expectTypeOf<FlagKey>().toEqualTypeOf<'new-checkout' | 'hero' | 'banner'>()
expectTypeOf<FlagVariant<'hero'>>().toEqualTypeOf<false | 'a' | 'b'>()
expectTypeOf<FlagVariant<'banner'>>().toEqualTypeOf<boolean | string>()
expectTypeOf<FlagPayload<'hero'>>().toEqualTypeOf<{ title: string }>()
expectTypeOf<FlagPayload<'new-checkout'>>().toEqualTypeOf<unknown>()

// The client, and whatever else has its methods.
for (const each of [client, port]) {
  expectTypeOf(await each.getFeatureFlag('hero', 'user_1')).toEqualTypeOf<false | 'a' | 'b' | undefined>()
  expectTypeOf(await each.getFeatureFlag('new-checkout', 'user_1')).toEqualTypeOf<boolean | undefined>()
  expectTypeOf(await each.getFeatureFlag('banner', 'user_1')).toEqualTypeOf<boolean | string | undefined>()
  expectTypeOf(await each.isFeatureEnabled('hero', 'user_1')).toEqualTypeOf<boolean | undefined>()
  expectTypeOf(await each.getFeatureFlagPayload('hero', 'user_1', 'a')).toEqualTypeOf<
    { title: string } | null | undefined
  >()
  expectTypeOf(await each.getFeatureFlagPayload('banner', 'user_1')).toEqualTypeOf<
    string[] | null | undefined
  >()
  expectTypeOf(await each.getFeatureFlagPayload('new-checkout', 'user_1')).toEqualTypeOf<unknown>()
  await each.getFeatureFlagResult('hero')
  await each.evaluateFlags('user_1', { flagKeys: ['hero', 'banner'] })
  await each.getAllFlags('user_1', { flagKeys: ['hero'] })
}

// A snapshot of a call, and the one of a request.
for (const each of [
  flags,
  scope.flags,
  await client.evaluateFlags('user_1'),
  await scope.flags.load('hero'),
]) {
  expectTypeOf(each.getFlag('hero')).toEqualTypeOf<false | 'a' | 'b' | undefined>()
  expectTypeOf(each.getFlag('hero', { defaultValue: 'a' })).toEqualTypeOf<false | 'a' | 'b' | undefined>()
  expectTypeOf(each.isEnabled('new-checkout', { defaultValue: true })).toEqualTypeOf<boolean>()
  expectTypeOf(each.getFlagPayload('hero')).toEqualTypeOf<{ title: string } | undefined>()
  expectTypeOf(each.only(['hero', 'banner'])).toEqualTypeOf<FlagSnapshot>()
  each.getFlagResult('banner')
  each.explain('banner')
}

decideGate(flags, { key: 'hero', variant: 'a' })
decideGate(flags, { key: 'new-checkout', whenUnknown: 'allow' })
decideGate(flags, { key: 'banner', variant: 'anything' })
