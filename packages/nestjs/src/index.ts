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
  ClientHealth,
  ClientOptions,
  ClientStats,
  ConsentAnswer,
  ConsentOptions,
  ConsentResolver,
  ConsentValue,
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
  Transport,
  WireEvent,
} from '@hedgerow/core'
export { Capture } from './capture.decorator.ts'
export type { CaptureOptions, HandlerDecorator } from './capture.decorator.ts'
export type { CaptureProperties, CapturePropertiesOf } from './capture.interceptor.ts'
export { HedgerowModule } from './hedgerow.module.ts'
export type {
  HedgerowModuleExtras,
  HedgerowModuleOptions,
  HedgerowOptionsFactory,
  NestIdentityResolver,
  NestRequest,
  NestRequestOptions,
} from './hedgerow.options.ts'
export { HedgerowService } from './hedgerow.service.ts'
export {
  getHedgerowServiceToken,
  getHedgerowToken,
  InjectHedgerow,
  InjectHedgerowService,
} from './hedgerow.tokens.ts'
export { RequireFlag } from './require-flag.decorator.ts'
export { RequireFlagGuard } from './require-flag.guard.ts'
export type { Otherwise, Refusal } from './refusals.ts'
export type { GuardLevel, RequireFlagOptions } from './require-flag.guard.ts'
export { scopeOf } from './scope-of-context.ts'
export { CurrentScope, DistinctId, Flag, Flags, SessionId } from './scope.decorators.ts'
export { SkipFlag } from './skip-flag.decorator.ts'
