import type { PropertyFilter } from './flag-filters.ts'
import { dependencyKeys } from './match-dependency.ts'

/** What flags and cohorts need of one another. Nodes are named `flag:<key>` and `cohort:<id>`. */
export class DependencyGraph {
  readonly #leavesOf: (node: string) => readonly PropertyFilter[]
  readonly #needs = new Map<string, readonly string[]>()

  /** @param leavesOf gives the requirements that a node consists of; none for an unknown node. Asked once for each. */
  constructor(leavesOf: (node: string) => readonly PropertyFilter[]) {
    this.#leavesOf = leavesOf
  }

  /** Whether a requirement of a node leads back to that node. Without such requirements evaluation always ends. */
  isCircular(node: string, leaf: PropertyFilter): boolean {
    const seen = new Set<string>()
    const queue = [...neededBy(leaf)]
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (next === node) return true
      if (seen.has(next)) continue
      seen.add(next)
      for (const need of this.#needsOf(next)) queue.push(need)
    }
    return false
  }

  #needsOf(node: string): readonly string[] {
    let needs = this.#needs.get(node)
    if (!needs) {
      needs = this.#leavesOf(node).flatMap(neededBy)
      this.#needs.set(node, needs)
    }
    return needs
  }
}

function neededBy(leaf: PropertyFilter): string[] {
  if (leaf.type === 'cohort') return [`cohort:${String(leaf.value)}`]
  return leaf.type === 'flag' ? (dependencyKeys(leaf) ?? []).map((key) => `flag:${key}`) : []
}
