import {
  Capture,
  CurrentScope,
  Flag,
  type FlagValue,
  type Hedgerow,
  HedgerowModule,
  InjectHedgerow,
  RequireFlag,
  type RequestScope,
} from '@hedgerow/nestjs'
import { Controller, Get, Module, Post } from '@nestjs/common'

@Controller()
@RequireFlag('shop', { otherwise: 'forbidden' })
class ShopController {
  constructor(@InjectHedgerow() private readonly hedgerow: Hedgerow) {}

  @Get()
  page(@Flag('hero') hero: FlagValue, @CurrentScope() scope: RequestScope) {
    return { hero, distinctId: scope.distinctId, events: this.hedgerow.stats().accepted }
  }

  @Post()
  @Capture('order placed')
  order() {}
}

@Module({
  imports: [HedgerowModule.forRoot({ token: 'phc_smoke', host: 'http://127.0.0.1:1', isGlobal: true })],
  controllers: [ShopController],
})
export class AppModule {}
