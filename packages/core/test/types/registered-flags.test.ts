import { fileURLToPath } from 'node:url'
import { typeErrorsOf } from 'testkit'
import { expect, it } from 'vitest'

const project = fileURLToPath(new URL('registered', import.meta.url))

it('a registry of flags lets only its keys, variants and payloads compile', { timeout: 90_000 }, async () => {
  const errors = await typeErrorsOf(project)

  expect(errors).toEqual([
    "TS2345 void client.getFeatureFlag('heroo', 'user_1')",
    "TS2345 void client.isFeatureEnabled('heroo', 'user_1')",
    "TS2345 void client.getFeatureFlagResult('heroo')",
    "TS2345 void client.getFeatureFlagPayload('heroo', 'user_1')",
    "TS2820 void client.getAllFlags('user_1', { flagKeys: ['heroo'] })",
    "TS2820 void client.evaluateFlags('user_1', { flagKeys: ['heroo'] })",
    "TS2345 flags.isEnabled('heroo')",
    "TS2345 flags.getFlag('heroo')",
    "TS2345 flags.getFlagPayload('heroo')",
    "TS2345 flags.getFlagResult('heroo')",
    "TS2345 flags.explain('heroo')",
    "TS2820 flags.only(['hero', 'heroo'])",
    "TS2345 void flags.load('heroo')",
    "TS2345 scope.flags.getFlag('heroo')",
    "TS2820 decideGate(flags, { key: 'heroo' })",
    "TS2367 if (flags.getFlag('hero') === 'c') scope.logout()",
    "TS2367 if (scope.flags.getFlag('new-checkout') === 'a') scope.logout()",
    "TS2367 if ((await client.getFeatureFlag('hero', 'user_1')) === true) scope.logout()",
    "TS2322 flags.getFlag('hero', { defaultValue: 'c' })",
    "TS2345 void client.getFeatureFlagPayload('hero', 'user_1', 'c')",
    "TS2322 decideGate(flags, { key: 'hero', variant: 'c' })",
    "TS2322 decideGate(flags, { key: 'new-checkout', variant: 'a' })",
    "TS2339 void flags.getFlagPayload('hero')?.subtitle",
    "TS2532 void flags.getFlagPayload('hero').title",
    "TS2571 void flags.getFlagPayload('new-checkout').title",
    "TS2339 void (await client.getFeatureFlagPayload('banner', 'user_1'))?.title",
  ])
})
