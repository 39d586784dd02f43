import type { FlagAnswer, FlagExplanation, FlagResult, FlagSubject } from '../flag-snapshot.ts'

/** Flags of one subject, by key; decided or not. Reading one may be what evaluates it. */
export interface FlagResults {
  /** What PostHog said, or failed to say, where it was asked for them. */
  readonly answer?: FlagAnswer | undefined
  get(key: string): FlagResult | undefined
  /** All of them in their order; evaluates what was not read yet. */
  all(): Iterable<FlagResult>
  /** How a flag that was evaluated in this process came to its value. */
  explain?(key: string): FlagExplanation | undefined
}

/** Where a subject's flags come from: PostHog's remote evaluation, or definitions evaluated in this process. */
export interface FlagSource {
  /** What is known without waiting; undefined when an answer must be fetched first. */
  peek(subject: FlagSubject): FlagResults | undefined
  /**
   * Fetches the answer, waiting at most `deadlineMs`; undefined when there was none by then. Never rejects.
   *
   * @param key asks for this flag above all; flags that are evaluated here then go to PostHog only if it needs that.
   * @param known what this source gave before; values that are decided in it stay as they are.
   */
  load(
    subject: FlagSubject,
    deadlineMs: number,
    key: string | undefined,
    known: FlagResults | undefined,
  ): Promise<FlagResults | undefined>
  /** Whether loading could decide a flag that is undecided in what this source gave. */
  canComplete(results: FlagResults, key: string): boolean
}

/** The source of a client that makes no requests: nothing is known. */
export const noFlagSource: FlagSource = {
  peek: () => undefined,
  load: () => Promise.resolve(undefined),
  canComplete: () => false,
}
