export {
  ConfigError,
  decideGate,
  DropError,
  HedgerowClient,
  HedgerowError,
  TransportError,
} from '@hedgerow/core'
export type {
  AcceptPageview,
  AliasMessage,
  AsyncStorage,
  BeforeSend,
  Bootstrap,
  BotPolicy,
  CallCounts,
  CaptureMessage,
  ClientAddress,
  ClientOptions,
  ClientStats,
  DeliveryReport,
  DistinctIdAnswer,
  DropReason,
  ErrorCode,
  EventMessage,
  Fetch,
  FetchInit,
  FetchResponse,
  FlagKey,
  FlagPayload,
  FlagReadOptions,
  FlagReason,
  FlagRegistry,
  FlagResult,
  FlagSnapshot,
  FlagValue,
  FlagVariant,
  GateDecision,
  GateRule,
  GroupIdentifyMessage,
  Hedgerow,
  IdentifyMessage,
  IdentifyProperties,
  IdentityResolver,
  IdentitySource,
  IngestProxy,
  IngestProxyOptions,
  Listener,
  LogLevel,
  PageviewOptions,
  PersonProfiles,
  RefusalReason,
  RequestFacts,
  RequestOptions,
  RequestScope,
  ResponseFacts,
  Runtime,
  WireEvent,
} from '@hedgerow/core'
export { hedgerowErrors } from './errors.ts'
export type { ErrorOptions } from './errors.ts'
export { ingestProxy } from './ingest-proxy.ts'
export type { ExpressIngestProxyOptions } from './ingest-proxy.ts'
export { hedgerow } from './middleware.ts'
export { requireFlag } from './require-flag.ts'
export type { Otherwise, RequireFlagOptions } from './require-flag.ts'
export { shutdownWith } from './shutdown.ts'
export type { ShutdownOptions } from './shutdown.ts'
