import type { ClientOptions, LogLevel } from '@hedgerow/core'
import { Logger } from '@nestjs/common'

const methods = { debug: 'debug', info: 'log', warn: 'warn', error: 'error' } as const

/** Where a client that belongs to the application logs: Nest's own logger, or what the application has in its place. */
export function nestLog(): NonNullable<ClientOptions['runtime']> {
  const logger = new Logger('Hedgerow')
  return { log: (level: LogLevel, line: string) => logger[methods[level]](line) }
}
