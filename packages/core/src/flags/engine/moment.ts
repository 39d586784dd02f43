/** Tells the time in milliseconds since 1970. */
export interface Clock {
  now(): number
}

/** One moment: the first time that anybody asks for it, and ever after. Most evaluations need no time at all. */
export class Moment implements Clock {
  readonly #clock: Clock
  #time: number | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(): number {
    this.#time ??= this.#clock.now()
    return this.#time
  }
}
