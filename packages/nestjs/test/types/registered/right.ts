import { CurrentScope, Flag, RequireFlag, RequireFlagGuard, type RequestScope } from '@hedgerow/nestjs'
import { Controller, Get } from '@nestjs/common'
import { expectTypeOf } from 'vitest'

declare module '@hedgerow/core' {
  interface FlagRegistry {
    'new-checkout': { value: boolean }
    hero: { value: false | 'a' | 'b'; payload: { title: string } }
  }
}

@Controller()
@RequireFlag('new-checkout')
export class CheckoutController {
  @Get()
  @RequireFlag('hero', { variant: 'a', otherwise: 'forbidden' })
  show(@Flag('hero', 'b') hero: 'a' | 'b' | false, @CurrentScope() { flags }: RequestScope) {
    expectTypeOf(flags.getFlag('hero')).toEqualTypeOf<false | 'a' | 'b' | undefined>()
    return hero
  }
}

export const guard = new RequireFlagGuard('new-checkout', { whenUnknown: 'allow' })
