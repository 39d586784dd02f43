import { Capture, Flag, RequireFlag, RequireFlagGuard } from '@hedgerow/nestjs'

RequireFlag('heroo')
RequireFlag('hero', { variant: 'c' })
RequireFlag('new-checkout', { variant: 'a' })
Flag('heroo')
Flag('hero', 'c')
export const guard = new RequireFlagGuard('heroo')

export class OrderController {
  @Capture('order placed', (total: number) => ({ total }))
  sync() {
    return 'placed'
  }

  @Capture('order placed', (total: number) => ({ total }))
  async later() {
    return Promise.resolve('placed')
  }
}
Capture('order placed', (total: number) => total)
