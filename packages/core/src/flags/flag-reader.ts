import type { FlagKey } from '../flag-registry.ts'
import type { FlagObserver, FlagSnapshot, FlagSubject, FlagValue } from '../flag-snapshot.ts'
import { EvaluatedFlags } from './evaluated-flags.ts'
import type { FlagOverrides } from './flag-overrides.ts'
import type { FlagResults, FlagSource } from './flag-source.ts'
import { noResults } from './gathered-results.ts'

/** Makes the snapshots of scopes: loaded at once where the source knows the answer, otherwise with something to load. */
export class FlagReader {
  readonly #source: FlagSource
  readonly #overrides: FlagOverrides
  readonly #defaults: Readonly<Record<string, FlagValue>>

  constructor(source: FlagSource, overrides: FlagOverrides, defaults: Readonly<Record<string, FlagValue>>) {
    this.#source = source
    this.#overrides = overrides
    this.#defaults = defaults
  }

  /** A snapshot of what is known now. Its `load` asks the source once, however often it is called. */
  snapshot(subject: FlagSubject, observer: FlagObserver): FlagSnapshot {
    const known = this.#source.peek(subject)
    return this.#made(known ? 'loaded' : 'not-loaded', known, subject, observer)
  }

  async #load(
    subject: FlagSubject,
    observer: FlagObserver,
    key: string | undefined,
    known: FlagResults | undefined,
  ): Promise<FlagSnapshot> {
    const results = await observer.wait((deadlineMs) => this.#source.load(subject, deadlineMs, key, known))
    const snapshot = this.#made(results ? 'loaded' : 'unavailable', results, subject, observer)
    observer.onLoad(snapshot)
    return snapshot
  }

  #made(
    state: FlagSnapshot['state'],
    known: FlagResults | undefined,
    subject: FlagSubject,
    observer: FlagObserver,
  ): FlagSnapshot {
    let loading: Promise<FlagSnapshot> | undefined
    const isOpen = (key: string | undefined): boolean => {
      if (key !== undefined && this.#overrides.has(key)) return false
      if (state === 'not-loaded' || key === undefined) return state === 'not-loaded'
      // What came too late to wait for may be there by now.
      return known ? this.#source.canComplete(known, key) : this.#source.peek(subject) !== undefined
    }
    const load = (key: string | undefined): Promise<FlagSnapshot> | undefined => {
      // oxlint-disable-next-line typescript/no-unnecessary-type-assertion -- not any text, once the registry is filled
      if (loading) return key === undefined ? loading : loading.then((flags) => flags.load(key as FlagKey))
      if (!isOpen(key)) return undefined
      loading = this.#load(subject, observer, key, known)
      return loading
    }
    return new EvaluatedFlags({
      state,
      results: this.#overrides.over(known ?? noResults),
      defaults: this.#defaults,
      onRead: (result, options, answer) => observer.onRead(result, options, answer),
      load,
    })
  }
}
