import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { exceptionList } from './exception-list.ts'
import type { ExceptionListOptions } from './exception-list.ts'

const options: ExceptionListOptions = {
  mechanism: { type: 'generic', handled: true },
  syntheticStack: 'Error\n    at report (/srv/app/report.js:7:3)',
  workingDirectory: '/srv/app',
  scrubText: (text) => text,
}

const reportFrame = {
  platform: 'node:javascript',
  filename: 'report.js',
  function: 'report',
  module: 'report',
  lineno: 7,
  colno: 3,
  in_app: true,
}

function thrownAt<E extends Error>(error: E, line: number): E {
  error.stack = `${error.name}: ${error.message}\n    at run (/srv/app/b.js:${line}:1)`
  return error
}

const summary = (thrown: unknown) =>
  exceptionList(thrown, options).map(({ type, value, mechanism }) => [type, value, mechanism])

describe('an error', () => {
  it('is sent with its name, message, mechanism and stack', () => {
    expect(exceptionList(thrownAt(new TypeError('no such basket'), 3), options)).toEqual([
      {
        type: 'TypeError',
        value: 'no such basket',
        mechanism: { type: 'generic', handled: true, synthetic: false, exception_id: 0 },
        stacktrace: {
          type: 'raw',
          frames: [
            {
              platform: 'node:javascript',
              filename: 'b.js',
              function: 'run',
              module: 'b',
              lineno: 3,
              colno: 1,
              in_app: true,
            },
          ],
        },
      },
    ])
  })

  it('carries the mechanism of middleware', () => {
    const mechanism = { type: 'middleware', handled: false } as const

    const [entry] = exceptionList(thrownAt(new Error('x'), 1), { ...options, mechanism })

    expect(entry?.mechanism).toEqual({
      type: 'middleware',
      handled: false,
      synthetic: false,
      exception_id: 0,
    })
  })

  it('keeps the name that its class gives it', () => {
    class PaymentError extends Error {
      override name = 'PaymentRefused'
    }

    expect(summary(thrownAt(new PaymentError('card expired'), 1))[0]?.slice(0, 2)).toEqual([
      'PaymentRefused',
      'card expired',
    ])
  })

  it('of another realm is an error all the same', () => {
    const foreign: unknown = runInNewContext('new RangeError("elsewhere")')

    expect(summary(foreign)[0]?.slice(0, 2)).toEqual(['RangeError', 'elsewhere'])
    expect(exceptionList(foreign, options)[0]?.mechanism.synthetic).toBe(false)
  })

  it('without a stack shows where it was reported, and says so', () => {
    const error = new Error('silent')
    delete error.stack

    expect(exceptionList(error, options)).toEqual([
      {
        type: 'Error',
        value: 'silent',
        mechanism: { type: 'generic', handled: true, synthetic: true, exception_id: 0 },
        stacktrace: { type: 'raw', frames: [reportFrame] },
      },
    ])
  })

  it('has no stack trace when nobody knows one', () => {
    const error = new Error('silent')
    delete error.stack

    expect(exceptionList(error, { ...options, syntheticStack: undefined })).toEqual([
      {
        type: 'Error',
        value: 'silent',
        mechanism: { type: 'generic', handled: true, synthetic: false, exception_id: 0 },
      },
    ])
  })
})

describe('a thrown value that is no error', () => {
  class Refusal {
    readonly code = 3
    readonly at = 'door'
  }
  class NotFound {
    readonly status = 404
  }

  it.each([
    ['TypeError: bad thing', 'TypeError', 'bad thing'],
    ['Uncaught RangeError: too far', 'RangeError', 'too far'],
    ['just words: with a colon', 'Error', 'just words: with a colon'],
    ['', 'Error', ''],
    [5, 'Error', 'Primitive value captured as exception: 5'],
    [10n, 'Error', 'Primitive value captured as exception: 10'],
    [undefined, 'Error', 'Primitive value captured as exception: undefined'],
    [null, 'Error', 'Primitive value captured as exception: null'],
    [Symbol('q'), 'Error', 'Primitive value captured as exception: Symbol(q)'],
    [{ b: 'secret', a: 1 }, 'Error', 'Object captured as exception with keys: a, b'],
    [{}, 'Error', 'Object captured as exception with keys: [object has no keys]'],
    [Object.create(null), 'Error', 'Object captured as exception with keys: [object has no keys]'],
    [['x', 'y'], 'Error', "'Array' captured as exception with keys: 0, 1"],
    [new Refusal(), 'Error', "'Refusal' captured as exception with keys: at, code"],
    [
      { name: 'Refusal', message: 'closed' },
      'Refusal',
      "'Refusal' captured as exception with message: 'closed'",
    ],
    [{ name: 'Refusal' }, 'Refusal', "'Refusal' captured as exception"],
    [{ message: 'closed' }, 'Error', "Object captured as exception with message: 'closed'"],
    [NotFound, 'NotFound', "'NotFound' captured as exception"],
  ])('is described: %o', (thrown: unknown, type, value) => {
    expect(exceptionList(thrown, options)).toEqual([
      {
        type,
        value,
        mechanism: { type: 'generic', handled: true, synthetic: true, exception_id: 0 },
        stacktrace: { type: 'raw', frames: [reportFrame] },
      },
    ])
  })

  it('names the first 20 keys of a large one, and no key of a buffer that has millions', () => {
    const large = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index + 1000}`, 0]))

    expect(summary(large)[0]?.[1]).toMatch(/keys: k1000, k1001, .*, k1019$/)
    expect(summary(new Uint8Array(20_000_000))[0]?.[1]).toMatch(/keys: 0, 1, .*, 19$/)
  })

  it('gives way to the error that it wraps', () => {
    const entries = summary({ status: 500, error: thrownAt(new TypeError('inside'), 1) })

    expect(entries).toEqual([
      ['TypeError', 'inside', { type: 'generic', handled: true, synthetic: false, exception_id: 0 }],
    ])
  })

  it('shows its own stack when it has one', () => {
    const [entry] = exceptionList({ message: 'm', stack: 'X: m\n    at far (/srv/app/far.js:1:2)' }, options)

    expect(entry?.stacktrace?.frames.map((frame) => frame.function)).toEqual(['far'])
    expect(entry?.mechanism.synthetic).toBe(true)
  })
})

describe('causes and members', () => {
  it('follow depth first, each linked to the entry that it hangs on', () => {
    const first = thrownAt(new Error('first', { cause: 'a string cause' }), 2)
    const cause = thrownAt(new Error('why', { cause: thrownAt(new TypeError('root'), 4) }), 3)
    const thrown = new AggregateError([first, 'TypeError: second'], 'all failed', { cause })

    expect(summary(thrownAt(thrown, 1))).toEqual([
      ['AggregateError', 'all failed', { type: 'generic', handled: true, synthetic: false, exception_id: 0 }],
      ['Error', 'why', { type: 'chained', source: 'cause', parent_id: 0, synthetic: false, exception_id: 1 }],
      [
        'TypeError',
        'root',
        { type: 'chained', source: 'cause', parent_id: 1, synthetic: false, exception_id: 2 },
      ],
      [
        'Error',
        'first',
        { type: 'chained', source: 'member', parent_id: 0, synthetic: false, exception_id: 3 },
      ],
      [
        'Error',
        'a string cause',
        { type: 'chained', source: 'cause', parent_id: 3, synthetic: true, exception_id: 4 },
      ],
      [
        'TypeError',
        'second',
        { type: 'chained', source: 'member', parent_id: 0, synthetic: true, exception_id: 5 },
      ],
    ])
  })

  it('borrow no stack: the reporting code is not where they came from', () => {
    const [, cause] = exceptionList(thrownAt(new Error('x', { cause: 'words' }), 1), options)

    expect(cause).not.toHaveProperty('stacktrace')
  })

  it('that lead back to an error already listed are left out', () => {
    const one = thrownAt(new Error('one'), 1)
    const two = thrownAt(new Error('two', { cause: one }), 2)
    one.cause = two

    expect(summary(one).map(([, value]) => value)).toEqual(['one', 'two'])
  })

  it('are not sought in the `errors` of other classes, which hold anything', () => {
    const invalid = Object.assign(thrownAt(new Error('invalid form'), 1), { errors: [{ field: 'e-mail' }] })

    expect(summary(invalid)).toHaveLength(1)
  })

  it('are not sought in a method called `cause`', () => {
    expect(summary(Object.assign(thrownAt(new Error('x'), 1), { cause: () => 'why' }))).toHaveLength(1)
  })

  it('stop at 50 entries', () => {
    const nested = (depth: number): Error =>
      new AggregateError(
        depth === 0 ? [] : [nested(depth - 1), nested(depth - 1), nested(depth - 1)],
        `${depth}`,
      )

    expect(exceptionList(nested(5), options)).toHaveLength(50)
    expect(exceptionList(new AggregateError(Array(100_000).fill('x')), options)).toHaveLength(50)
  })
})

describe('a message', () => {
  it('passes the scrubber, whichever entry it belongs to', () => {
    const error = thrownAt(new Error('key-1 refused', { cause: 'key-2 unknown' }), 1)

    const entries = exceptionList(error, {
      ...options,
      scrubText: (text) => text.replace(/key-\d/, ':masked'),
    })

    expect(entries.map(({ value }) => value)).toEqual([':masked refused', ':masked unknown'])
  })

  it('that reads like a stack adds no frames', () => {
    const error = thrownAt(new Error('upstream said\n    at fake (/srv/app/fake.js:1:1)'), 1)

    expect(exceptionList(error, options)[0]?.stacktrace?.frames.map((frame) => frame.function)).toEqual([
      'run',
    ])
  })

  it('of endless length keeps nobody busy: the scrubber sees 32,768 characters of it', () => {
    const lengths: number[] = []
    const scrubText = (text: string) => {
      lengths.push(text.length)
      return text
    }

    exceptionList(new Error('x'.repeat(10_000_000)), { ...options, scrubText })

    expect(lengths).toEqual([32_768])
  })

  it('is cut at 8,192 characters', () => {
    const [entry] = exceptionList(new Error('x'.repeat(10_000_000)), options)

    expect(entry?.value).toBe(`${'x'.repeat(8189)}...`)
  })

  it('never ends in half a character, which PostHog would refuse the whole batch for', () => {
    expect(exceptionList(`a${'😀'.repeat(5000)}`, options)[0]?.value).toBe(`a${'😀'.repeat(4094)}...`)
    expect(exceptionList('half \ud83d', options)[0]?.value).toBe('half \ufffd')
  })

  it('that the error no longer has leaves an empty value', () => {
    const error = Object.assign(thrownAt(new Error(), 1), { message: { not: 'text' } })

    expect(summary(error)[0]?.slice(0, 2)).toEqual(['Error', ''])
  })
})

it('gives up outer frames before entries when causes fill the event', () => {
  const deep = (name: string, cause?: Error) => {
    const error = new Error(name, { cause })
    const lines = Array.from({ length: 50 }, (_, i) => `    at f${i} (/srv/app/${'d'.repeat(400)}.js:1:1)`)
    error.stack = [`Error: ${name}`, ...lines].join('\n')
    return error
  }
  let error = deep('last')
  for (let i = 0; i < 20; i++) error = deep(`wrapper ${i}`, error)

  const entries = exceptionList(error, options)

  expect(entries).toHaveLength(21)
  expect(entries[0]?.stacktrace?.frames).toHaveLength(50)
  const cut = entries.find(({ stacktrace }) => stacktrace !== undefined && stacktrace.frames.length < 50)
  expect(cut?.stacktrace?.frames.at(-1)?.function).toBe('f0')
  expect(JSON.stringify(entries).length).toBeLessThan(150_000)
})

it('gives up entries when messages alone fill the event, and numbers the rest without a gap', () => {
  const huge = Array.from({ length: 30 }, () => thrownAt(new Error('\0'.repeat(9000)), 1))
  const thrown = new AggregateError([...huge, thrownAt(new Error('short'), 1)], 'all failed')

  const entries = exceptionList(thrown, options)

  expect(entries.map(({ value, mechanism }) => [value.length, mechanism.exception_id])).toEqual([
    [10, 0],
    [8192, 1],
    [8192, 2],
    [5, 3],
  ])
})
