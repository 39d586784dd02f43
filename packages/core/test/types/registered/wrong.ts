import { decideGate, type FlagSnapshot, type HedgerowClient, type RequestScope } from '@hedgerow/core'

declare const client: HedgerowClient
declare const flags: FlagSnapshot
declare const scope: RequestScope

// Keys that are not in the registry.
void client.getFeatureFlag('heroo', 'user_1')
void client.isFeatureEnabled('heroo', 'user_1')
void client.getFeatureFlagResult('heroo')
void client.getFeatureFlagPayload('heroo', 'user_1')
void client.getAllFlags('user_1', { flagKeys: ['heroo'] })
void client.evaluateFlags('user_1', { flagKeys: ['heroo'] })
flags.isEnabled('heroo')
flags.getFlag('heroo')
flags.getFlagPayload('heroo')
flags.getFlagResult('heroo')
flags.explain('heroo')
flags.only(['hero', 'heroo'])
void flags.load('heroo')
scope.flags.getFlag('heroo')
decideGate(flags, { key: 'heroo' })

// Variants that the flag has not.
if (flags.getFlag('hero') === 'c') scope.logout()
if (scope.flags.getFlag('new-checkout') === 'a') scope.logout()
if ((await client.getFeatureFlag('hero', 'user_1')) === true) scope.logout()
flags.getFlag('hero', { defaultValue: 'c' })
void client.getFeatureFlagPayload('hero', 'user_1', 'c')
decideGate(flags, { key: 'hero', variant: 'c' })
decideGate(flags, { key: 'new-checkout', variant: 'a' })

// Payloads of another shape.
void flags.getFlagPayload('hero')?.subtitle
void flags.getFlagPayload('hero').title
void flags.getFlagPayload('new-checkout').title
void (await client.getFeatureFlagPayload('banner', 'user_1'))?.title
