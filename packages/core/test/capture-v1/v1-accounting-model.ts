import type { ClientStats } from '../../src/index.ts'

/** What the server says about one event; `absent` is one that it does not mention. */
export type Verdict = 'ok' | 'retry' | 'drop' | 'limited' | 'warning' | 'unheard-of' | 'absent'

interface Sent {
  readonly uuid: string
}

/**
 * What has to hold at every instant, whatever the server answers event by event. Requests are only noted when they
 * arrive, since the client takes whatever a `fetch` throws for a network failure; `problems` tells what was wrong.
 */
export class V1AccountingModel {
  #requests = 0
  readonly #violations: string[] = []
  readonly #firstSeen = new Map<string, string>()
  readonly #taken = new Set<string>()
  readonly #refused = new Set<string>()

  /** Something was wrong, in these words. */
  note(problems: readonly string[]): void {
    this.#violations.push(...problems)
  }

  /** A request has arrived. @returns its events */
  arrived(body: string): readonly Sent[] {
    this.#requests += 1
    const events = eventsIn(body)
    if (!events) {
      this.note([`no valid batch: ${body}`])
      return []
    }
    for (const event of events) this.#check(event)
    const uuids = new Set(events.map(({ uuid }) => uuid))
    if (uuids.size < events.length) this.note(['an event is twice in a request'])
    if (events.length === 0) this.note(['a request without events'])
    return events
  }

  /** The client is being given an answer with these verdicts, and will read all of it. */
  settle(events: readonly Sent[], verdictOf: (event: Sent, index: number) => Verdict): void {
    for (const [index, event] of events.entries()) {
      const verdict = verdictOf(event, index)
      if (verdict === 'drop') this.#refused.add(event.uuid)
      else if (verdict !== 'retry') this.#taken.add(event.uuid)
    }
  }

  /** What is wrong at this instant, with the requests so far and with the equation. */
  problems(stats: ClientStats): string[] {
    let dropped = 0
    for (const events of Object.values(stats.dropped)) dropped += events
    const rules: [string, boolean][] = [
      ['accepted = sent + dropped + pending', stats.accepted === stats.sent + dropped + stats.pending],
      ['nothing is negative', stats.pending >= 0 && stats.pendingBytes >= 0],
      ['no events are no bytes', (stats.pending === 0) === (stats.pendingBytes === 0)],
      ['what counts as sent was taken', stats.sent <= this.#taken.size],
      ['every request is counted', stats.calls.batch >= this.#requests],
    ]
    return [...this.#violations, ...brokenIn(rules, stats)]
  }

  /** What is wrong when everything should be settled. */
  problemsAtEnd(stats: ClientStats): string[] {
    const rules: [string, boolean][] = [
      ['nothing is pending at the end', stats.pending === 0],
      ['what was taken counts as sent', stats.sent === this.#taken.size],
      ['what was refused counts as rejected', (stats.dropped.rejected ?? 0) >= this.#refused.size],
      ['every request is counted once', stats.calls.batch === this.#requests],
    ]
    return [...this.problems(stats), ...brokenIn(rules, stats)]
  }

  #check(event: Sent): void {
    const text = JSON.stringify(event)
    const first = this.#firstSeen.get(event.uuid) ?? text
    this.#firstSeen.set(event.uuid, first)
    if (text !== first) this.note([`changed between requests: ${first} and ${text}`])
    if (this.#taken.has(event.uuid)) this.note([`sent after it was taken: ${text}`])
    if (this.#refused.has(event.uuid)) this.note([`sent after it was refused: ${text}`])
  }
}

function eventsIn(body: string): readonly Sent[] | undefined {
  try {
    // Whether it has events is what the model checks.
    const { batch } = JSON.parse(body) as { batch?: Sent[] }
    return Array.isArray(batch) ? batch : undefined
  } catch {
    return undefined
  }
}

function brokenIn(rules: [string, boolean][], stats: ClientStats): string[] {
  return rules.filter(([, holds]) => !holds).map(([rule]) => `not so: ${rule}, in ${JSON.stringify(stats)}`)
}
