import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Controller, Get, Header, Inject, Module, type OnModuleDestroy, Post } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { Capture, HedgerowModule, HedgerowService } from '../../src/index.ts'
import { platforms } from '../platforms.ts'

@Controller()
class ShopController implements OnModuleDestroy {
  @Inject(HedgerowService) private readonly hedgerow!: HedgerowService

  @Get()
  @Header('Content-Type', 'text/html')
  page() {
    return '<h1>shop</h1>'
  }

  @Post('order')
  @Capture('order placed')
  async order() {
    process.send?.('ordering')
    await once(process, 'message')
    return 'placed'
  }

  onModuleDestroy() {
    this.hedgerow.capture('shop closing')
    process.send?.('closing')
  }
}

/** A shop in a process of its own: says its port, closes at SIGTERM. */
export async function runShop(host: string, platformName: string, useProcessExit: boolean): Promise<void> {
  const platform = platforms.find(({ name }) => name === platformName)
  if (!platform) throw new Error(`no platform is called ${platformName}`)
  @Module({
    imports: [HedgerowModule.forRoot({ token: 'phc_shop', host, flags: { preload: 'never' } })],
    controllers: [ShopController],
  })
  class Shop {}
  const app = await NestFactory.create(Shop, platform.createAdapter({ bodyLimit: 1024 }), {
    logger: ['warn', 'error'],
  })
  app.enableShutdownHooks([], { useProcessExit })
  await app.listen(0, '127.0.0.1')
  process.send?.((app.getHttpServer().address() as AddressInfo).port)
}
