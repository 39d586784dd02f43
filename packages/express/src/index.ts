export {
  ConfigError,
  decideGate,
  DropError,
  HedgerowClient,
  HedgerowError,
  TransportError,
} from '@hedgerow/core'
export type {
  AliasMessage,
  AsyncStorage,
  BeforeSend,
  CallCounts,
  CaptureMessage,
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
  FlagReadOptions,
  FlagReason,
  FlagResult,
  FlagSnapshot,
  FlagValue,
  GateDecision,
  GateRule,
  GroupIdentifyMessage,
  Hedgerow,
  IdentifyMessage,
  IdentifyProperties,
  IdentityResolver,
  IdentitySource,
  Listener,
  LogLevel,
  RefusalReason,
  RequestOptions,
  RequestScope,
  Runtime,
  WireEvent,
} from '@hedgerow/core'
export { hedgerowErrors } from './errors.ts'
export { hedgerow } from './middleware.ts'
export { requireFlag } from './require-flag.ts'
export type { Otherwise, RequireFlagOptions } from './require-flag.ts'
export { shutdownWith } from './shutdown.ts'
export type { ShutdownOptions } from './shutdown.ts'
