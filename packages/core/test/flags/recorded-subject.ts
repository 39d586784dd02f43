import type { FlagSubject } from '../../src/flag-snapshot.ts'

/** The subject that a recorded context stands for. */
export function subjectFrom(context: unknown): FlagSubject {
  return {
    groups: {},
    personProperties: {},
    groupProperties: {},
    ...(revive(context) as { distinctId: string }),
  }
}

function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive)
  if (typeof value !== 'object' || value === null) return value
  const { $js: kind, v: text } = value as { $js?: string; v?: string }
  if (kind === undefined)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revive(item)]))
  if (kind === 'number') return Number(text)
  if (kind === 'bigint') return BigInt(text!)
  if (kind === 'date') return new Date(text === 'invalid' ? NaN : text!)
  return kind === 'map' ? new Map([['key', 'value']]) : undefined
}
