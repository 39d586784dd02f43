import type { FlagKey, FlagSnapshot, FlagVariant } from '@hedgerow/core'
import { createParamDecorator, type ExecutionContext } from '@nestjs/common'
import { scopeOfContext } from './scope-of-context.ts'

/** What a parameter asks of a request, now or later. */
type Read = (context: ExecutionContext) => unknown

const Value = createParamDecorator((read: Read, context: ExecutionContext) => read(context))

/**
 * Gives a handler's parameter the scope of its request.
 *
 * @param name of the client, where there are several. @default 'hedgerow'
 * @example
 * \@Post() order(\@CurrentScope() scope: RequestScope) { scope.capture('order placed') }
 */
export function CurrentScope(name?: string): ParameterDecorator {
  return Value((context: ExecutionContext) => scopeOfContext('@CurrentScope', context, name))
}

/** Gives a handler's parameter the visitor's id, a string. */
export function DistinctId(name?: string): ParameterDecorator {
  return Value((context: ExecutionContext) => scopeOfContext('@DistinctId', context, name).distinctId)
}

/** Gives a handler's parameter the id of the visitor's session; undefined when there is none. */
export function SessionId(name?: string): ParameterDecorator {
  return Value((context: ExecutionContext) => scopeOfContext('@SessionId', context, name).sessionId)
}

/** Gives a handler's parameter the visitor's flags, loaded: a `FlagSnapshot`. */
export function Flags(name?: string): ParameterDecorator {
  return Value((context: ExecutionContext): Promise<FlagSnapshot> =>
    scopeOfContext('@Flags', context, name).flags.load(),
  )
}

/**
 * Gives a handler's parameter the value of a flag, loading it first if nobody has yet: a boolean or the name of a variant.
 *
 * @param defaultValue for an undecided flag; without one that is undefined, unless `flags.defaults` has a value.
 * @example
 * \@Get() show(\@Flag('hero', 'plain') hero: FlagValue) {}
 */
export function Flag<Key extends FlagKey>(
  key: Key,
  defaultValue?: FlagVariant<Key>,
  { name }: { readonly name?: string } = {},
): ParameterDecorator {
  return Value(async (context: ExecutionContext) => {
    const flags = await scopeOfContext(`@Flag('${key}')`, context, name).flags.load(key)
    return flags.getFlag(key, { defaultValue })
  })
}
