export { type DevServer, type DevServerOptions, startDevServer } from './dev-server.ts'
export { DevServerError } from './dev-server-error.ts'
export type { FlagFile, FlagValue } from './flag-file.ts'
export type { FlagsCall, ReceivedEvent } from './received-event.ts'
