import { type NestApplicationOptions, VersioningType } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { WsAdapter } from '@nestjs/platform-ws'
import { AppModule, type CinemaOptions } from './app.module.ts'

/**
 * The example cinema, not listening yet.
 *
 * @example
 * const app = await createApp({ token: 'phc_…' })
 * await app.listen(3000)
 */
export async function createApp(
  hedgerow: CinemaOptions,
  options: NestApplicationOptions = { logger: ['warn', 'error'] },
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(hedgerow), {
    forceCloseConnections: true,
    ...options,
  })
  app.setGlobalPrefix('api', { exclude: ['/', 'health'] })
  app.enableVersioning({ type: VersioningType.URI })
  app.useWebSocketAdapter(new WsAdapter(app))
  // The process ends with code 0, and takes along what `start.ts` runs beside the cinema.
  app.enableShutdownHooks([], { useProcessExit: true })
  return app
}
