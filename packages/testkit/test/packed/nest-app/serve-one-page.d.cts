import type { Server } from 'node:http'
import type { HedgerowClient } from '@hedgerow/nestjs'

export declare function serveOnePage(
  client: typeof HedgerowClient,
  createServer: (client: HedgerowClient) => Promise<Server>,
): Promise<void>
