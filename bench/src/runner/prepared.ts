/** A subject that is ready to be measured. */
export interface Prepared {
  /**
   * Does `units` units of work.
   *
   * @returns a number that hangs on every result, so that none can be optimised away: flags that were on, for instance.
   */
  run(units: number): Promise<number> | number
  close(): Promise<void> | void
}

/** What a module exports to be measured. It is loaded in a process of its own, and gets its workload as JSON. */
export interface SubjectModule<Workload> {
  prepare(workload: Workload): Promise<Prepared>
}
