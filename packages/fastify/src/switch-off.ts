import { ConfigError } from '@hedgerow/core'
import type { FastifyInstance } from 'fastify'

/**
 * Switches one registration off for the routes of a plugin, which inherit the mark from the instance that they stand on.
 *
 * @throws ConfigError where there is nothing to switch off.
 */
export function switchOff(app: FastifyInstance, name = 'hedgerow'): void {
  if (!app.hasRequestDecorator(name)) {
    throw new ConfigError(
      `enabled: false needs hedgerow registered above as ${name}; to switch it off altogether, give its client disabled: true`,
    )
  }
  const mark = offMark(name)
  if (!app.hasDecorator(mark)) app.decorate(mark, true)
}

/** What an instance, and all below it, has when the registration of this name is switched off. */
export function offMark(name: string): symbol {
  return Symbol.for(`hedgerow.off.${name}`)
}
