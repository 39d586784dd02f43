import { readFileSync } from 'node:fs'
import type { FlagValue } from '../../src/flag-snapshot.ts'

export { subjectFrom } from './recorded-subject.ts'

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
