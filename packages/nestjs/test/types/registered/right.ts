import {
  Capture,
  CurrentScope,
  Flag,
  HedgerowService,
  InjectHedgerowService,
  RequireFlag,
  RequireFlagGuard,
  type RequestScope,
} from '@hedgerow/nestjs'
import { Controller, Get, Post } from '@nestjs/common'
import { type Observable, of } from 'rxjs'
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

interface Order {
  readonly total: number
}
const order: Order = { total: 1 }

@Controller()
@Capture('used', { channel: 'web' })
export class OrderController {
  @InjectHedgerowService('shop') private readonly shop!: HedgerowService

  @Post() @Capture('order placed', { total: 1 }) plain() {
    expectTypeOf(this.shop.flags.getFlag('hero')).toEqualTypeOf<false | 'a' | 'b' | undefined>()
    expectTypeOf(this.shop.distinctId).toEqualTypeOf<string | undefined>()
  }
  @Post() @Capture('order placed', (order: Order) => ({ total: order.total })) sync(): Order {
    return order
  }
  @Post() @Capture('order placed', ({ total }: Order) => ({ total })) async later(_id: string) {
    return Promise.resolve(order)
  }
  @Post() @Capture<Order>('order placed', ({ total }) => ({ total })) stream(): Observable<Order> {
    return of(order)
  }
  @Post() @Capture('order placed', (_, context) => ({ handler: context.getHandler().name })) any() {
    return 'placed'
  }
}

export const guard = new RequireFlagGuard('new-checkout', { whenUnknown: 'allow' })
