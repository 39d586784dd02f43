import type { FlagKey } from '@hedgerow/core'
import { applyDecorators, UseGuards } from '@nestjs/common'
import { OwnSay } from './flag-level.ts'
import { RequireFlagGuard, type RequireFlagOptions } from './require-flag.guard.ts'

/**
 * Lets requests through when a flag is enabled for their visitor, as a guard of a controller or handler; several of them
 * must all agree. What stands on a handler replaces what stands on its controller, and that what is global. Undecided
 * flags close the gate, unless `whenUnknown` says `'allow'`.
 *
 * Nest asks guards from the lowest decorator up: put it above the `UseGuards` of your authentication.
 *
 * @throws ConfigError at once for a key or option that cannot work.
 * @example
 * \@Controller('checkout')
 * \@RequireFlag('new-checkout')
 * class CheckoutController {
 *   \@Post() \@RequireFlag('payments', { variant: 'b', otherwise: 'forbidden' }) pay() {}
 * }
 */
export function RequireFlag<Key extends FlagKey>(
  key: Key,
  options: RequireFlagOptions<Key> = {},
): ClassDecorator & MethodDecorator {
  const onClass = new RequireFlagGuard(key, options, 'class')
  const onMethod = new RequireFlagGuard(key, options, 'method')

  return <T>(target: object, property?: string | symbol, descriptor?: TypedPropertyDescriptor<T>) => {
    const guard = descriptor ? onMethod : onClass
    applyDecorators(OwnSay(), UseGuards(guard))(target, property, descriptor)
  }
}
