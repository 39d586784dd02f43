import type { ClientStats } from '../../src/index.ts'

/** What became of the events of many clients. */
export class Totals {
  readonly #counts = new Map<string, number>()

  add({ accepted, sent, dropped, refused, calls }: ClientStats): void {
    const named = { accepted, sent, requests: calls.batch, ...dropped, ...refused }
    for (const [name, count] of Object.entries(named)) this.#counts.set(name, this.of(name) + count)
  }

  /** @param name `accepted`, `sent`, `requests`, or a reason for dropping or refusing. */
  of(name: string): number {
    return this.#counts.get(name) ?? 0
  }

  toString(): string {
    return [...this.#counts].map(([name, count]) => `${name} ${count}`).join(', ')
  }
}
