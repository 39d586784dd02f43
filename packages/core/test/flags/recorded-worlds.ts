import { readFileSync } from 'node:fs'
import type { FlagSubject, FlagValue } from '../../src/flag-snapshot.ts'

/** What the recorded client answered: undecided, a value, or a value with its payload. */
export type RecordedAnswer = null | FlagValue | [FlagValue, unknown]

export interface RecordedWorld {
  readonly id: number
  readonly title: string
  readonly now: string
  readonly options?: { readonly evaluationContexts?: string[] }
  readonly definitions: unknown
  readonly contexts: readonly unknown[]
  readonly expect: Readonly<Record<string, readonly RecordedAnswer[]>>
  readonly reasons: Readonly<Record<string, string>>
}

interface Recording {
  readonly counts: { readonly expectations: number; readonly hashExpectations: number }
  readonly worlds: readonly RecordedWorld[]
  readonly hashes: readonly {
    readonly flag: { readonly key: string }
    readonly legend: Readonly<Record<string, FlagValue>>
    readonly results: string
  }[]
  readonly rawHashes: readonly {
    readonly key: string
    readonly id: string
    readonly salt: '' | 'variant'
    readonly value: number
  }[]
}

export const recording = JSON.parse(
  readFileSync(new URL('../vectors/local-evaluation.json', import.meta.url), 'utf8'),
) as Recording

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
