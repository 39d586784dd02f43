import * as fc from 'fast-check'
import { oddities } from './oddities.ts'

/** A value that a caller may pass, as a description: one that cannot even be printed still shows in a report. */
export type Hostile =
  | { readonly kind: 'plain'; readonly value: unknown }
  | { readonly kind: 'odd'; readonly oddity: Oddity }
  | { readonly kind: 'list'; readonly items: readonly Hostile[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [key: string, value: Hostile])[] }

type Oddity = keyof typeof oddities

/** Rare, since it takes long to look at. */
const hugeText: Hostile = { kind: 'plain', value: 'ü'.repeat(600_000) }

const plain = fc
  .anything({
    maxDepth: 3,
    maxKeys: 5,
    stringUnit: 'binary',
    withBoxedValues: true,
    withSet: true,
    withMap: true,
    withObjectString: true,
    withNullPrototype: true,
    withBigInt: true,
    withDate: true,
    withTypedArray: true,
    withSparseArray: true,
  })
  .map((value): Hostile => ({ kind: 'plain', value }))

const odd = fc
  .constantFrom(...(Object.keys(oddities) as Oddity[]))
  .map((oddity): Hostile => ({ kind: 'odd', oddity }))

const leaf = fc.oneof(
  { weight: 100, arbitrary: plain },
  { weight: 100, arbitrary: odd },
  { weight: 1, arbitrary: fc.constant(hugeText) },
)

/** Keys that mean something to somebody, and a few others. */
const key = fc.oneof(
  fc.constantFrom(
    'toJSON',
    '__proto__',
    '$lib',
    '$lib_version',
    '$groups',
    '$geoip_disable',
    '$set',
    '\ud83e',
  ),
  fc.constantFrom(
    '$session_id',
    '$ignore_sent_at',
    '$process_person_profile',
    '$raw_user_agent',
    '$current_url',
  ),
  fc.string({ maxLength: 4 }),
)

/** An object with odd members under keys of all kinds. */
export const hostileObject = fc
  .array(fc.tuple(key, leaf), { maxLength: 4 })
  .map((members): Hostile => ({ kind: 'object', members }))

/** Any value at all. */
export const hostileValue: fc.Arbitrary<Hostile> = fc.oneof(
  { weight: 4, arbitrary: plain },
  { weight: 3, arbitrary: odd },
  { weight: 2, arbitrary: hostileObject },
  {
    weight: 1,
    arbitrary: fc.array(leaf, { maxLength: 3 }).map((items): Hostile => ({ kind: 'list', items })),
  },
)

/** The described value, made anew. */
export function made(hostile: Hostile): unknown {
  if (hostile.kind === 'plain') return hostile.value
  if (hostile.kind === 'odd') return oddities[hostile.oddity]()
  if (hostile.kind === 'list') return hostile.items.map(made)
  // `fromEntries` defines own members, a key `__proto__` too.
  return Object.fromEntries(hostile.members.map(([key, value]) => [key, made(value)]))
}
