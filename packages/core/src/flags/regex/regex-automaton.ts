import type { RegexProgram } from './regex-program.ts'
import { StateSet } from './state-set.ts'

/** Everything the search may be doing after some of the subject. */
interface Situation {
  /** States that wait for a character or for the end, in ascending order. */
  readonly states: Int32Array
  /** Known before the end of the subject: there is a match, or there can be none any more. */
  readonly verdict: boolean | undefined
  readonly matchesAtEnd: boolean
  /** Situations after one more character, by its code, as far as they have come up. */
  readonly after: (Situation | undefined)[]
}

const GREATEST_CACHE = 256
const GREATEST_CACHED_STATES = 200_000

/**
 * Answers whether a program matches anywhere in a subject, in a time proportional to the product of their sizes. It
 * follows all ways through the program at once, and remembers the situations it meets, so that most characters cost
 * one look-up. What it remembers is bounded; beyond that it does the work again and gives the same answers.
 */
export class RegexAutomaton {
  readonly #program: RegexProgram
  readonly #known = new Map<string, Situation>()
  readonly #cacheLimit: number
  readonly #initial: Situation
  #current: StateSet
  #following: StateSet
  readonly #final: StateSet

  constructor(program: RegexProgram) {
    const size = program.kinds.length
    this.#program = program
    this.#cacheLimit = Math.min(GREATEST_CACHE, Math.floor(GREATEST_CACHED_STATES / size))
    this.#current = new StateSet(size)
    this.#following = new StateSet(size)
    this.#final = new StateSet(size)
    this.#current.add(program.entry)
    const matches = this.#settle(this.#current, true, false)
    // Not among the known ones: where the subject begins, the same states can lead further.
    this.#initial = this.#situation(matches, this.#waiting(), true)
  }

  /** @param subject - ASCII without carriage returns; other characters match nothing. */
  test(subject: string): boolean {
    let situation = this.#initial
    for (let index = 0; index < subject.length; index++) {
      if (situation.verdict !== undefined) return situation.verdict
      const code = subject.charCodeAt(index)
      const after = situation.after[code] ?? this.#explore(situation, code)
      if (after === undefined) return this.#testUncached(situation, subject, index)
      situation = after
    }
    return situation.verdict ?? situation.matchesAtEnd
  }

  /** @returns undefined if the situation is new and there is no room to remember it. */
  #explore(from: Situation, code: number): Situation | undefined {
    this.#current.fill(from.states)
    const matches = this.#advance(code)
    const states = this.#waiting()
    const key = matches ? 'match' : states.join()
    let situation = this.#known.get(key)
    if (situation === undefined) {
      if (this.#known.size >= this.#cacheLimit) return undefined
      situation = this.#situation(matches, states, false)
      this.#known.set(key, situation)
    }
    from.after[code] = situation
    return situation
  }

  #testUncached(from: Situation, subject: string, start: number): boolean {
    this.#current.fill(from.states)
    for (let index = start; index < subject.length; index++) {
      if (this.#advance(subject.charCodeAt(index))) return true
    }
    return this.#matchesAtEnd(this.#waiting(), false)
  }

  /** Moves the current states over one character. @returns whether that completes a match. */
  #advance(code: number): boolean {
    const { consumes, next, entry } = this.#program
    const from = this.#current
    const to = this.#following
    to.clear()
    for (let place = 0; place < from.size; place++) {
      const state = from.at(place)
      if (consumes[state]?.[code] === 1) to.add(next[state] as number)
    }
    // A match may begin at every character.
    to.add(entry)
    this.#current = to
    this.#following = from
    return this.#settle(to, false, false)
  }

  /** Adds all states that `set` reaches without a character. @returns whether a match is among them. */
  #settle(set: StateSet, atStart: boolean, atEnd: boolean): boolean {
    const { kinds, next, other } = this.#program
    for (let place = 0; place < set.size; place++) {
      const state = set.at(place)
      const kind = kinds[state]
      if (kind === 'match') return true
      if (kind === 'fork') {
        set.add(next[state] as number)
        set.add(other[state] as number)
      } else if ((kind === 'at-start' && atStart) || (kind === 'at-end' && atEnd)) {
        set.add(next[state] as number)
      }
    }
    return false
  }

  #situation(matches: boolean, states: Int32Array, atStart: boolean): Situation {
    return {
      states,
      verdict: matches ? true : states.length === 0 ? false : undefined,
      matchesAtEnd: this.#matchesAtEnd(states, atStart),
      after: [],
    }
  }

  #matchesAtEnd(states: Int32Array, atStart: boolean): boolean {
    this.#final.fill(states.filter((state) => this.#program.kinds[state] === 'at-end'))
    return this.#settle(this.#final, atStart, true)
  }

  #waiting(): Int32Array {
    const { kinds } = this.#program
    return this.#current
      .toArray()
      .filter((state) => kinds[state] === 'consume' || kinds[state] === 'at-end')
      .sort()
  }
}
