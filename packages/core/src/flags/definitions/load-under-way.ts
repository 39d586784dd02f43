/** A load under way, as those see it who wait for it. Neither promise rejects. */
export class LoadUnderWay {
  /** Resolves when definitions are in force, or the load has ended without any. */
  readonly arrived: Promise<void>
  /** Resolves when nothing of it is left to do. */
  readonly ended: Promise<void>
  /** It brings nothing newer any more. */
  hasArrived = false
  #arrive: () => void = ignore
  #end: () => void = ignore

  constructor() {
    this.arrived = new Promise((resolve) => (this.#arrive = resolve))
    this.ended = new Promise((resolve) => (this.#end = resolve))
  }

  arrive(): void {
    this.hasArrived = true
    this.#arrive()
  }

  end(): void {
    this.arrive()
    this.#end()
  }
}

function ignore(): void {}
