import type { ClientStats } from '../../src/index.ts'
import type { SentEvent } from './capture-setup.ts'

/**
 * What has to hold at every instant, whatever the server does. Requests are only noted when they arrive, since the
 * client takes whatever a `fetch` throws for a network failure; `problems` tells what was wrong with them.
 */
export class AccountingModel {
  #requests = 0
  readonly #violations: string[] = []
  readonly #firstSeen = new Map<string, string>()
  readonly #delivered = new Set<string>()

  /** A request has arrived. */
  arrived(events: readonly SentEvent[]): void {
    this.#requests += 1
    for (const event of events) {
      const text = JSON.stringify(event)
      const first = this.#firstSeen.get(event.uuid) ?? text
      this.#firstSeen.set(event.uuid, first)
      if (text !== first) this.#violations.push(`changed between requests: ${first} and ${text}`)
      if (this.#delivered.has(event.uuid)) this.#violations.push(`sent after it was delivered: ${text}`)
    }
    const uuids = new Set(events.map(({ uuid }) => uuid))
    if (uuids.size < events.length) this.#violations.push('an event is twice in a request')
    if (events.length === 0) this.#violations.push('a request without events')
  }

  /** The client is being given the 2xx status line for these. */
  accept(events: readonly SentEvent[]): void {
    for (const { uuid } of events) this.#delivered.add(uuid)
  }

  /** What is wrong at this instant, with the requests so far and with the equation. */
  problems(stats: ClientStats): string[] {
    let dropped = 0
    for (const events of Object.values(stats.dropped)) dropped += events
    const elsewhere = stats.recovered + stats.spooled + stats.handedOver
    const rules: [string, boolean][] = [
      ['accepted = sent + dropped + pending', stats.accepted === stats.sent + dropped + stats.pending],
      ['nothing is negative', stats.pending >= 0 && stats.pendingBytes >= 0],
      ['no events are no bytes', (stats.pending === 0) === (stats.pendingBytes === 0)],
      ['what counts as sent was delivered', stats.sent <= this.#delivered.size],
      ['every request is counted', stats.calls.batch >= this.#requests],
      ['memory is the only place', elsewhere === 0],
    ]
    return [...this.#violations, ...brokenIn(rules, stats)]
  }

  /** What is wrong when everything should be settled: the server has exactly what counts as sent. */
  problemsAtEnd(stats: ClientStats): string[] {
    const rules: [string, boolean][] = [
      ['nothing is pending at the end', stats.pending === 0],
      ['what was delivered counts as sent', stats.sent === this.#delivered.size],
      ['every request is counted once', stats.calls.batch === this.#requests],
    ]
    return [...this.problems(stats), ...brokenIn(rules, stats)]
  }
}

function brokenIn(rules: [string, boolean][], stats: ClientStats): string[] {
  return rules.filter(([, holds]) => !holds).map(([rule]) => `not so: ${rule}, in ${JSON.stringify(stats)}`)
}
