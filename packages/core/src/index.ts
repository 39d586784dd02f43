export type { BeforeSend, EventMessage } from './before-send.ts'
export type { CallCounts, ClientStats, RefusalReason } from './capture/delivery-ledger.ts'
export type { WireEvent } from './capture/wire-event.ts'
export { HedgerowClient } from './client.ts'
export type { ClientHealth } from './client/client-health.ts'
export type { Listener } from './emitter.ts'
export type { ContextData, ContextOptions } from './context.ts'
export { ConfigError, DropError, HedgerowError, TransportError } from './errors.ts'
export type { DeliveryReport, DropReason, ErrorCode } from './errors.ts'
export type { FeatureFlagResult, FlagsAndPayloads } from './client/flag-client.ts'
export type {
  FlagDefinitionCacheData,
  FlagDefinitionCacheProvider,
} from './flag-definition-cache-provider.ts'
export type { FlagKey, FlagPayload, FlagRegistry, FlagVariant } from './flag-registry.ts'
export type {
  FlagExplanation,
  FlagOrigin,
  FlagReadOptions,
  FlagReason,
  FlagResult,
  FlagSnapshot,
  FlagSubject,
  FlagValue,
  UndecidedReason,
} from './flag-snapshot.ts'
export type { AllFlagsOptions, FlagCallOptions } from './flags/flag-call-options.ts'
export type { FlagOverridesInput, FlagOverrideValues } from './flags/flag-overrides.ts'
export { decideGate } from './flags/gate.ts'
export type { GateDecision, GateRule } from './flags/gate.ts'
export type { Hedgerow } from './hedgerow.ts'
export type { ClientAddress } from './ingest-proxy/client-address.ts'
export type { IngestProxyOptions } from './ingest-proxy/ingest-options.ts'
export type { IngestProxy } from './ingest-proxy/ingest-proxy.ts'
export type {
  AliasMessage,
  CaptureMessage,
  GroupIdentifyMessage,
  IdentifyMessage,
  SendFeatureFlagsOptions,
  SetPersonPropertiesMessage,
  UnsetPersonPropertiesMessage,
} from './messages.ts'
export type { ClientOptions } from './options.ts'
export type { Bootstrap } from './request/bootstrap.ts'
export type {
  ConsentAnswer,
  ConsentOptions,
  ConsentResolver,
  ConsentValue,
} from './request/consent-options.ts'
export type { IdentitySource } from './request/identity.ts'
export type { AcceptPageview, BotPolicy, PageviewOptions } from './request/pageview-options.ts'
export type { RequestFacts, ResponseFacts, Transport } from './request/request-facts.ts'
export type {
  DistinctIdAnswer,
  IdentityResolver,
  PersonProfiles,
  RequestOptions,
} from './request/request-options.ts'
export type { IdentifyProperties, RequestScope } from './request/request-scope.ts'
export type { ScopedEvent, ScopeMessage } from './request/scoped-event.ts'
export type { SecretRule, UrlMode, UrlOptions } from './request/url-options.ts'
export type { UrlRules } from './url-rules.ts'
export type {
  AsyncStorage,
  Fetch,
  FetchInit,
  FetchResponse,
  LogLevel,
  Runtime,
  TimerHandle,
} from './runtime.ts'
export type {
  ClaimedEvent,
  ClaimLimit,
  EventId,
  EventStore,
  MaybePromise,
  QueuedEvent,
} from './store/event-store.ts'
