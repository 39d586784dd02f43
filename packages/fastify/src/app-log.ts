import type { ClientOptions, LogLevel } from '@hedgerow/core'
import type { FastifyInstance } from 'fastify'

/**
 * Where a client that belongs to an app logs. An app that was given no logger has one that says nothing, and no level; the
 * client's own log is better then, because a missing token must not go unnoticed.
 */
export function appLog({ log }: FastifyInstance): NonNullable<ClientOptions['runtime']> {
  if (log.level === undefined) return {}
  return { log: (level: LogLevel, line: string) => log[level](line) }
}
