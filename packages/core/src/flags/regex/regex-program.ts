import { membershipTable, type CharacterSet } from './regex-characters.ts'
import type { RegexNode } from './regex-syntax.ts'

/** Whether a state consumes one character, moves on for free, or ends the search. */
export type StateKind = 'consume' | 'fork' | 'at-start' | 'at-end' | 'match'

/** A nondeterministic automaton. A state is an index into its lists. */
export interface RegexProgram {
  readonly entry: number
  readonly kinds: readonly StateKind[]
  /** Where each state leads; a match leads nowhere. */
  readonly next: readonly number[]
  /** The second way out of a fork, and of nothing else. */
  readonly other: readonly number[]
  /** What a state consumes, by ASCII code; undefined for states that consume nothing. */
  readonly consumes: readonly (Uint8Array | undefined)[]
}

const GREATEST_SIZE = 10_000

/** @returns undefined if the automaton, with every counted repetition written out, would be too large. */
export function compileProgram(regex: RegexNode): RegexProgram | undefined {
  return sizeOf(regex) < GREATEST_SIZE ? new ProgramBuilder().build(regex) : undefined
}

/** The states that `node` becomes, or a bound of the steps to write it out if those are more. */
function sizeOf(node: RegexNode): number {
  switch (node.kind) {
    case 'sequence':
      return node.items.reduce((size, item) => size + sizeOf(item), 0)
    case 'choice':
      return node.branches.reduce((size, branch) => size + sizeOf(branch) + 1, -1)
    case 'repetition': {
      const { min, max } = node
      const body = Math.max(1, sizeOf(node.body))
      return Number.isFinite(max) ? body * max + (max - min) : body * (min + 1) + 1
    }
    default:
      return 1
  }
}

/** Builds from the end to the beginning, so that each part knows the state that follows it. */
class ProgramBuilder {
  readonly #kinds: StateKind[] = []
  readonly #next: number[] = []
  readonly #other: number[] = []
  readonly #consumes: (Uint8Array | undefined)[] = []
  readonly #tables = new Map<CharacterSet, Uint8Array>()

  build(regex: RegexNode): RegexProgram {
    const entry = this.#part(regex, this.#state('match', -1))
    return {
      entry,
      kinds: this.#kinds,
      next: this.#next,
      other: this.#other,
      consumes: this.#consumes,
    }
  }

  /** @returns the state that begins `node` and goes on to `next`. */
  #part(node: RegexNode, next: number): number {
    switch (node.kind) {
      case 'characters':
        return this.#state('consume', next, -1, this.#tableOf(node.set))
      case 'start':
        return this.#state('at-start', next)
      case 'end':
        return this.#state('at-end', next)
      case 'sequence':
        return node.items.reduceRight((following, item) => this.#part(item, following), next)
      case 'choice':
        return node.branches
          .map((branch) => this.#part(branch, next))
          .reduce((first, second) => this.#state('fork', first, second))
      default:
        return this.#repetition(node.body, node.min, node.max, next)
    }
  }

  #repetition(body: RegexNode, min: number, max: number, next: number): number {
    let entry = next
    if (Number.isFinite(max)) {
      for (let count = min; count < max; count++) {
        entry = this.#state('fork', this.#part(body, entry), next)
      }
    } else {
      entry = this.#state('fork', next, next)
      this.#other[entry] = this.#part(body, entry)
    }
    for (let count = 0; count < min; count++) entry = this.#part(body, entry)
    return entry
  }

  #state(kind: StateKind, next: number, other = -1, consumes?: Uint8Array): number {
    this.#kinds.push(kind)
    this.#next.push(next)
    this.#other.push(other)
    this.#consumes.push(consumes)
    return this.#kinds.length - 1
  }

  #tableOf(set: CharacterSet): Uint8Array {
    const table = this.#tables.get(set) ?? membershipTable(set)
    this.#tables.set(set, table)
    return table
  }
}
