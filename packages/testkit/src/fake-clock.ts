/** Timers fired by one `advance`; more means that a timer keeps setting itself again without delay. */
const MAX_FIRED = 10_000

interface Timer {
  readonly callback: () => void
  /** On the clock that only `advance` moves, so that a jump of the wall clock fires nothing. */
  readonly dueAt: number
}

/** A clock and its one-shot timers, moved by hand. */
export class FakeClock {
  #wallTime: number
  #elapsed = 0
  #lastHandle = 0
  readonly #timers = new Map<number, Timer>()
  readonly #settle: () => Promise<void>

  /** @param settle lets everything that a fired timer has set off come to rest */
  constructor(startAt: number, settle: () => Promise<void>) {
    this.#wallTime = startAt
    this.#settle = settle
  }

  get now(): number {
    return this.#wallTime
  }

  set now(wallTime: number) {
    this.#wallTime = wallTime
  }

  get armed(): number {
    return this.#timers.size
  }

  get nextDelayMs(): number | undefined {
    const next = this.#next()
    return next && next.timer.dueAt - this.#elapsed
  }

  arm(callback: () => void, delayMs: number): number {
    this.#lastHandle += 1
    this.#timers.set(this.#lastHandle, { callback, dueAt: this.#elapsed + Math.max(0, delayMs) })
    return this.#lastHandle
  }

  disarm(handle: unknown): void {
    this.#timers.delete(handle as number) // any other value is simply not a key
  }

  async advance(ms: number): Promise<void> {
    const target = this.#elapsed + ms
    await this.#settle()
    for (let fired = 0; ; fired += 1) {
      const next = this.#next()
      if (next === undefined || next.timer.dueAt > target) break
      if (fired === MAX_FIRED) throw new Error(`more than ${MAX_FIRED} timers fired within ${ms} ms`)
      this.#moveTo(next.timer.dueAt)
      this.#timers.delete(next.handle)
      next.timer.callback()
      await this.#settle()
    }
    this.#moveTo(target)
  }

  #moveTo(elapsed: number): void {
    this.#wallTime += elapsed - this.#elapsed
    this.#elapsed = elapsed
  }

  /** The timer due first; of several due together the one armed first, since a map keeps that order. */
  #next(): { handle: number; timer: Timer } | undefined {
    let next: { handle: number; timer: Timer } | undefined
    for (const [handle, timer] of this.#timers) {
      if (next === undefined || timer.dueAt < next.timer.dueAt) next = { handle, timer }
    }
    return next
  }
}
