import type { FlagObserver, FlagSnapshot, FlagSubject } from '../flag-snapshot.ts'
import { EvaluatedFlags } from './evaluated-flags.ts'
import type { FlagResults, FlagSource } from './flag-source.ts'

const none: FlagResults = new Map()

/** Makes snapshots from a source: loaded at once where the source knows the answer, otherwise with something to load. */
export class FlagReader {
  readonly #source: FlagSource

  constructor(source: FlagSource) {
    this.#source = source
  }

  /** A snapshot of what is known now. Its `load` asks the source once, however often it is called. */
  snapshot(subject: FlagSubject, observer: FlagObserver): FlagSnapshot {
    const onRead = observer.onRead.bind(observer)
    const known = this.#source.peek(subject)
    if (known) return new EvaluatedFlags({ state: 'loaded', results: known, onRead })
    const load = async (): Promise<FlagSnapshot> => {
      const results = await observer.wait((deadlineMs) => this.#source.load(subject, deadlineMs))
      const state = results ? 'loaded' : 'unavailable'
      const snapshot = new EvaluatedFlags({ state, results: results ?? none, onRead })
      observer.onLoad(snapshot)
      return snapshot
    }
    return new EvaluatedFlags({ state: 'not-loaded', results: none, onRead, load })
  }
}

/** The source of a client that makes no requests: every flag is unavailable. */
export const noFlagSource: FlagSource = {
  peek: () => undefined,
  load: () => Promise.resolve(undefined),
}
