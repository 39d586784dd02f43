import type { FlagResult, FlagSubject } from '../flag-snapshot.ts'

/** Decided flags of one subject, by key. */
export type FlagResults = ReadonlyMap<string, FlagResult>

/** Where a subject's flags come from: PostHog's remote evaluation, or definitions evaluated in this process. */
export interface FlagSource {
  /** What is known without waiting; undefined when an answer must be fetched first. */
  peek(subject: FlagSubject): FlagResults | undefined
  /** Fetches the answer, waiting at most `deadlineMs`; undefined when there was none by then. Never rejects. */
  load(subject: FlagSubject, deadlineMs: number): Promise<FlagResults | undefined>
}
