import { describe, expect, it } from 'vitest'
import { captureThrough, poorResponse, sentIn } from '../capture/capture-setup.ts'
import { createPlatform } from './serverless-platform.ts'
import { captureAll } from './v1-setup.ts'

describe.each(['v0', 'v1'] as const)(
  'a platform that freezes after the response, in capture %s',
  (captureMode) => {
    /** Network, clock and process of a function that runs only as long as it is asked to. */
    function createFunction() {
      const received: string[] = []
      let frozen = false
      let inFlight = 0
      const platform = createPlatform()
      const setup = captureThrough(
        (_url, init) => {
          if (frozen) throw new Error('a request from a frozen process')
          inFlight += 1
          return new Promise((resolve) => {
            setup.runtime.setTimeout(() => {
              received.push(...sentIn(init).map(({ uuid }) => uuid))
              inFlight -= 1
              resolve(poorResponse(200))
            }, 20)
          })
        },
        { captureMode, waitUntil: platform.waitUntil },
      )
      /** Runs until the platform has nothing to wait for, and stops everything in that moment. */
      const runUntilFrozen = async () => {
        for (let step = 0; step < 2000 && platform.states().includes('pending'); step += 1) {
          await setup.runtime.advance(5)
        }
        frozen = true
      }
      const thaw = () => {
        frozen = false
      }
      return { ...setup, platform, received, runUntilFrozen, thaw, inFlight: () => inFlight }
    }

    it.each([1, 100, 10_000])(
      'has received all of %i captures, each once',
      async (captures) => {
        const { client, platform, received, runUntilFrozen, inFlight, errors } = createFunction()

        for (let index = 0; index < captures; index += 1) {
          client.capture({ event: 'order placed', distinctId: `user_${index}` })
        }
        await runUntilFrozen()

        expect(platform.states()).toEqual(['resolved'])
        expect(received).toHaveLength(captures)
        expect(new Set(received).size).toBe(captures)
        expect(inFlight()).toBe(0)
        expect(client.stats()).toMatchObject({ accepted: captures, sent: captures, dropped: {}, pending: 0 })
        expect(errors).toEqual([])
      },
      30_000,
    )

    it('goes on with the next request when it is thawed, hours later, and repeats nothing', async () => {
      const { client, runtime, platform, received, runUntilFrozen, thaw } = createFunction()
      captureAll({ client }, 'a', 'b')
      await runUntilFrozen()
      const before = received.length

      runtime.setNow(runtime.now() + 4 * 3_600_000)
      thaw()
      captureAll({ client }, 'c')
      await runUntilFrozen()

      expect(before).toBe(2)
      expect(received).toHaveLength(3)
      expect(new Set(received).size).toBe(3)
      expect(platform.states()).toEqual(['resolved', 'resolved'])
    })

    it('has received what was captured while the response was streamed', async () => {
      const { client, runtime, received, runUntilFrozen } = createFunction()

      for (let chunk = 0; chunk < 30; chunk += 1) {
        captureAll({ client }, `chunk ${chunk}`)
        await runtime.advance(35)
      }
      await runUntilFrozen()

      expect(received).toHaveLength(30)
      expect(new Set(received).size).toBe(30)
      expect(client.stats()).toMatchObject({ sent: 30, pending: 0 })
    })
  },
)
