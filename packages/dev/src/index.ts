export { type DevServer, type DevServerOptions, startDevServer } from './dev-server.ts'
export { DevServerError } from './dev-server-error.ts'
export type {
  ExplainedCondition,
  ExplainedFlag,
  ExplainedProperty,
  UndecidedCause,
} from './explained-flag.ts'
export type {
  CohortGroup,
  FlagCondition,
  FlagDefinition,
  FlagFilters,
  FlagVariant,
  PropertyFilter,
} from './flag-definition.ts'
export type { FlagFile, FlagValue } from './flag-file.ts'
export type { FlagsCall, ReceivedEvent } from './received-event.ts'
