/** How much text an event may still take up, in units of its JSON. */
export class TextBudget {
  #left: number

  constructor(units: number) {
    this.#left = units
  }

  /** Takes the room that the part needs, or nothing and answers false. */
  take(part: unknown): boolean {
    const units = JSON.stringify(part).length
    if (units > this.#left) return false
    this.#left -= units
    return true
  }
}
