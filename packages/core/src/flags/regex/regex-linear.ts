import type { CharacterSet } from './regex-characters.ts'
import type { RegexNode } from './regex-syntax.ts'

/** What a backtracking engine does, at most, with one part of a pattern each time it arrives there. */
interface Effort {
  readonly steps: number
  /** Runs over as much of the subject as is left. */
  readonly sweeps: number
  /** How often it goes on to what follows, each time at a place where that may get further than one step. */
  readonly ways: number
}

/** What must come next. `match`: nothing, the search is over. `anything`: not known. */
type Next = CharacterSet | 'end' | 'match' | 'anything'

const GREATEST_COST = 1000

/**
 * Proves that the time a backtracking engine needs grows in proportion to the length of the subject, the search from
 * each of its positions included.
 *
 * @returns a bound of the steps per character, or undefined if there is no such proof. The proof is a simple one:
 * alternatives and repetitions multiply, and a repetition without limit must be of single characters and be left at
 * one place only.
 */
export function linearCost(regex: RegexNode): number | undefined {
  const effort = effortOf(regex, 'match', isAnchored(regex))
  return effort && effort.steps + effort.sweeps
}

/** Whether a match can only begin where the subject begins. */
function isAnchored(regex: RegexNode): boolean {
  if (regex.kind === 'choice') return regex.branches.every(isAnchored)
  const first = regex.kind === 'sequence' ? regex.items[0] : regex
  return first?.kind === 'start'
}

function effortOf(node: RegexNode, next: Next, anchored: boolean): Effort | undefined {
  switch (node.kind) {
    case 'sequence':
      return effortOfSequence(node.items, next, anchored)
    case 'choice':
      return effortOfChoice(node.branches, next, anchored)
    case 'repetition':
      return node.body.kind === 'characters'
        ? effortOfRun(node.body.set, node.min, node.max, next, anchored)
        : effortOfRepetition(node.body, node.min, node.max, anchored)
    default:
      return { steps: 1, sweeps: 0, ways: 1 }
  }
}

function effortOfSequence(items: readonly RegexNode[], next: Next, anchored: boolean): Effort | undefined {
  let whole: Effort | undefined = { steps: 1, sweeps: 0, ways: 1 }
  for (const [index, item] of items.entries()) {
    const following = items[index + 1]
    const effort = effortOf(item, following ? firstOf(following) : next, anchored)
    whole =
      effort &&
      within({
        steps: whole.steps + whole.ways * effort.steps,
        sweeps: whole.sweeps + whole.ways * effort.sweeps,
        ways: whole.ways * effort.ways,
      })
    if (whole === undefined) return undefined
  }
  return whole
}

function effortOfChoice(branches: readonly RegexNode[], next: Next, anchored: boolean): Effort | undefined {
  let whole: Effort | undefined = { steps: 1, sweeps: 0, ways: 0 }
  for (const branch of branches) {
    const effort = effortOf(branch, next, anchored)
    whole =
      effort &&
      within({
        steps: whole.steps + effort.steps,
        sweeps: whole.sweeps + effort.sweeps,
        ways: whole.ways + effort.ways,
      })
    if (whole === undefined) return undefined
  }
  return whole
}

/** A repetition of single characters. */
function effortOfRun(
  set: CharacterSet,
  min: number,
  max: number,
  next: Next,
  anchored: boolean,
): Effort | undefined {
  // What follows fails in one step wherever the run could have gone on, or succeeds and ends the search.
  const leftOnce = typeof next === 'bigint' ? (next & set) === 0n : next !== 'anything'
  if (Number.isFinite(max)) {
    return within({ steps: 2 * max + 1, sweeps: 0, ways: leftOnce ? 1 : max - min + 1 })
  }
  // A search that is not anchored would run from every position again, unless the first run is the last.
  if (next !== 'match' && !(anchored && leftOnce)) return undefined
  return within({ steps: 2 * min + 1, sweeps: 2, ways: 1 })
}

function effortOfRepetition(
  body: RegexNode,
  min: number,
  max: number,
  anchored: boolean,
): Effort | undefined {
  const once = max <= GREATEST_COST ? effortOf(body, 'anything', anchored) : undefined
  if (once === undefined) return undefined
  let whole: Effort = { steps: 1, sweeps: 0, ways: min === 0 ? 1 : 0 }
  let arrivals = 1
  for (let count = 1; count <= max; count++) {
    const steps = whole.steps + arrivals * once.steps
    const sweeps = whole.sweeps + arrivals * once.sweeps
    arrivals *= once.ways
    const more = within({ steps, sweeps, ways: whole.ways + (count >= min ? arrivals : 0) })
    if (more === undefined) return undefined
    whole = more
  }
  return whole
}

function firstOf(node: RegexNode): Next {
  if (node.kind === 'end') return 'end'
  if (node.kind === 'characters') return node.set
  return node.kind === 'repetition' && node.min > 0 ? firstOf(node.body) : 'anything'
}

function within(effort: Effort): Effort | undefined {
  return effort.steps + effort.sweeps + effort.ways <= GREATEST_COST ? effort : undefined
}
