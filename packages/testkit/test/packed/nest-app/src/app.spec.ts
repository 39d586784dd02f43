import { getHedgerowToken, HedgerowClient, HedgerowService } from '@hedgerow/nestjs'
import { expect, it } from '@jest/globals'
import { Test } from '@nestjs/testing'
import { AppModule, Visits } from './app.js'

it('is tested with a client of the test', async () => {
  const real = new HedgerowClient('phc_real', { disabled: true })
  const client = new HedgerowClient('phc_test', { host: 'http://127.0.0.1:1', fetchRetryCount: 0 })
  const captured: string[] = []
  client.on('capture', (event) => captured.push((event as { event: string }).event))
  const module = await Test.createTestingModule({ imports: [AppModule.on(real)] })
    .overrideProvider(getHedgerowToken())
    .useValue(client)
    .compile()

  module.get(Visits).count()

  expect(captured).toEqual(['visited'])
  expect(module.get(HedgerowService, { strict: false }).client).toBe(client)
  await client.shutdown(1)
})
