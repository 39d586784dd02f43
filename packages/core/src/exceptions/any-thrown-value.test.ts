import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { CapturedErrors } from './captured-errors.ts'
import { exceptionProperties } from './exception-event.ts'
import { scrubMessageUrls } from './message-urls.ts'
import { SourceFiles } from './source-files.ts'

/** Boxed, because fast-check itself inspects what it generates and some of these values throw at that. */
interface Box {
  readonly thrown: unknown
}

const boxed = (thrown: unknown): Box => ({ thrown })

const refuse = () => {
  throw new Error('trap')
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

const hostile = [
  new Proxy(new Error('x'), { get: refuse }),
  new Proxy(new Error('x'), { getPrototypeOf: refuse }),
  new Proxy(
    {},
    { get: refuse, ownKeys: refuse, getPrototypeOf: refuse, has: refuse, defineProperty: refuse },
  ),
  new Proxy([], { get: refuse }),
  new Proxy(() => 'x', { get: refuse, ownKeys: refuse }),
  revoked(),
  Object.freeze(new Error('x')),
  Object.freeze(Object.create(null)),
  Object.defineProperty(new Error('x'), 'cause', { get: () => new Error('endless') }),
  Object.assign(new AggregateError([]), { errors: { length: Infinity } }),
  Object.assign(new AggregateError([]), { errors: { length: { valueOf: refuse } } }),
  ...['message', 'name', 'stack', 'cause', 'errors', 'constructor'].flatMap((name) => [
    Object.defineProperty(new AggregateError([], 'x'), name, { get: refuse }),
    Object.defineProperty({ x: 1 }, name, { get: refuse, enumerable: true }),
  ]),
]

const longStack = `Error: x\n${`    at f (/srv/app/${'€'.repeat(500)}.js:1:1)\n`.repeat(60)}`
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('x'.repeat(20_000), '\0'.repeat(20_000), '€'.repeat(20_000), 'half \ud83d', longStack),
)
const anything = fc.anything({ withNullPrototype: true, withBigInt: true, withTypedArray: true })
const member = fc.oneof(text, anything)

const { box } = fc.letrec<{ box: Box }>((tie) => ({
  box: fc.oneof(
    { maxDepth: 4 },
    anything.map(boxed),
    fc.nat(hostile.length - 1).map((index) => boxed(hostile[index])),
    text.map(boxed),
    fc
      .tuple(fc.record({ name: member, message: member, stack: text }), tie('box'))
      .map(([members, cause]) => boxed(Object.assign(new Error('', { cause: cause.thrown }), members))),
    fc.tuple(fc.array(tie('box'), { maxLength: 8 }), text).map(([boxes, message]) =>
      boxed(
        new AggregateError(
          boxes.map(({ thrown }) => thrown),
          message,
        ),
      ),
    ),
  ),
}))

const options = {
  mechanism: { type: 'generic', handled: true },
  syntheticStack: 'Error\n    at report (/srv/app/report.js:7:3)',
  workingDirectory: '/srv/app',
  scrubText: (message: string) =>
    scrubMessageUrls(message, { path: (path) => path, segments: (path) => path, query: (text) => text }),
  sources: new SourceFiles(() => Promise.resolve(`${'€'.repeat(400)}\n`.repeat(50))),
} as const

it('fits into an event and into text that PostHog can read, whatever is thrown', async () => {
  await fc.assert(
    fc.asyncProperty(box, async ({ thrown }) => {
      const { $exception_list: entries } = await exceptionProperties(thrown, options)

      const json = JSON.stringify(entries)
      expect(new TextEncoder().encode(json).length).toBeLessThan(1_000_000)
      expect(json).not.toMatch(/\\ud[89a-f]/)
      expect(entries.length).toBeGreaterThanOrEqual(1)
      expect(entries.length).toBeLessThanOrEqual(50)
      expect(entries.map(({ mechanism }) => mechanism.exception_id)).toEqual([...entries.keys()])
      for (const { type, value, stacktrace } of entries) {
        expect(type.length).toBeLessThanOrEqual(256)
        expect(value.length).toBeLessThanOrEqual(8192)
        expect(stacktrace?.frames.length ?? 1).toBeLessThanOrEqual(50)
      }
    }),
    { numRuns: 300 },
  )
}, 60_000)

it('is remembered as captured when it has an identity, whatever is thrown', () => {
  fc.assert(
    fc.property(box, ({ thrown }) => {
      const captured = new CapturedErrors()
      const hasIdentity = (typeof thrown === 'object' && thrown !== null) || typeof thrown === 'function'

      captured.claim(thrown)

      expect(captured.claim(thrown)).toBe(!hasIdentity)
    }),
  )
})
