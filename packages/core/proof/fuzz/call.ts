import * as fc from 'fast-check'
import type { HedgerowClient } from '../../src/index.ts'
import { type Hostile, hostileObject, hostileValue, made } from './hostile-value.ts'

/** One call of a public method, with arguments that the types may not allow. */
export interface Call {
  readonly method: Method
  /** Whether it is about an event. */
  readonly captures: boolean
  readonly args: readonly Hostile[]
}

type Method = (typeof messageMethods)[number] | keyof typeof otherMethods

/** These take one message. */
const messageMethods = [
  'capture',
  'captureImmediate',
  'identify',
  'identifyImmediate',
  'alias',
  'aliasImmediate',
  'groupIdentify',
  'groupIdentifyImmediate',
  'setPersonProperties',
  'unsetPersonProperties',
] as const

const plain = (value: unknown): Hostile => ({ kind: 'plain', value })
/** Something sensible most of the time, anything else otherwise. */
const mostly = (...values: readonly unknown[]): fc.Arbitrary<Hostile> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...values).map(plain) },
    { weight: 1, arbitrary: hostileValue },
  )
const properties = fc.oneof(
  { weight: 2, arbitrary: hostileObject },
  { weight: 1, arbitrary: hostileValue },
  {
    weight: 1,
    arbitrary: fc.constant(plain({ $set: { plan: 'x' }, $set_once: {}, $anon_distinct_id: 'a' })),
  },
)
const timestamps = [undefined, new Date(0), 'today', '2024-06-15 12:30+02:00', '9', '+275760-09-13']
const uuids = [undefined, 'no-uuid', 42, '0190163d-8694-4ad4-b6a3-5cca0d9ba2b1x']

/** Every member that some message has; methods take what is theirs. */
const message: fc.Arbitrary<Hostile> = fc.oneof(
  {
    weight: 19,
    arbitrary: fc
      .record(
        {
          event: mostly('order placed', '$pageview', '$ai_generation', '$exception'),
          distinctId: mostly('user_1', 'user_2', 'user_3', 7, undefined),
          properties,
          propertiesOnce: properties,
          groups: fc.oneof(fc.constant(plain({ company: 'acme', seats: 3 })), properties),
          timestamp: mostly(...timestamps),
          uuid: mostly(...uuids),
          disableGeoip: mostly(true, false, undefined),
          alias: mostly('anon_1'),
          groupType: mostly('company'),
          groupKey: mostly('acme'),
        },
        { requiredKeys: ['event', 'distinctId', 'alias', 'groupType', 'groupKey'] },
      )
      .map((members): Hostile => ({ kind: 'object', members: Object.entries(members) })),
  },
  { weight: 1, arbitrary: hostileValue },
)

const exception = [hostileValue, mostly('user_1', undefined), properties, mostly(...uuids)] as const

/** Weight and arguments of the methods that take something else. */
const otherMethods = {
  captureException: [6, fc.tuple(...exception)],
  captureExceptionImmediate: [3, fc.tuple(...exception)],
  register: [2, fc.tuple(properties)],
  unregister: [2, fc.tuple(mostly('a', '$lib', 'toJSON'))],
  enable: [8, fc.tuple()],
  disable: [1, fc.tuple()],
  enterContext: [1, fc.tuple(hostileValue, hostileValue)],
  getContext: [1, fc.tuple()],
  scope: [1, fc.tuple()],
  debug: [1, fc.tuple(mostly(true, false))],
  flush: [2, fc.tuple()],
  shutdown: [1, fc.tuple(mostly(0, 1500, undefined, -1, Infinity))],
} as const

/** Any call; most of them capture something. */
export const call: fc.Arbitrary<Call> = fc.oneof(
  {
    weight: 60,
    arbitrary: fc
      .tuple(fc.constantFrom(...messageMethods), message)
      .map(([method, message]): Call => ({ method, captures: true, args: [message] })),
  },
  ...Object.entries(otherMethods).map(([method, [weight, args]]) => ({
    weight,
    arbitrary: args.map((args): Call => ({
      // Their own keys, which `entries` widens.
      method: method as Method,
      captures: method.startsWith('captureException'),
      args,
    })),
  })),
)

/** Makes the call, as JavaScript without types would. */
export function perform(client: HedgerowClient, { method, args }: Call): unknown {
  return Reflect.apply(client[method], client, args.map(made))
}
