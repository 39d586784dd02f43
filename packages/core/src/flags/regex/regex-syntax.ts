import type { CharacterSet } from './regex-characters.ts'
import type { RegexToken } from './regex-scanner.ts'

/** What a pattern says, without what cannot change whether it matches: captures and reluctance. */
export type RegexNode =
  | { readonly kind: 'characters'; readonly set: CharacterSet }
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly branches: readonly RegexNode[] }
  /** `max` is Infinity when there is none. */
  | { readonly kind: 'repetition'; readonly body: RegexNode; readonly min: number; readonly max: number }

/** The tree of a pattern that compiles; of any other, a tree that means nothing. */
export function parseRegex(tokens: readonly RegexToken[]): RegexNode {
  return new RegexParser(tokens).parseChoice()
}

class RegexParser {
  readonly #tokens: readonly RegexToken[]
  #position = 0

  constructor(tokens: readonly RegexToken[]) {
    this.#tokens = tokens
  }

  /** Branches up to the end of the group, whose closing token it consumes. */
  parseChoice(): RegexNode {
    const branches: RegexNode[] = []
    let items: RegexNode[] = []
    for (let token = this.#take(); token !== undefined && token.kind !== 'close'; token = this.#take()) {
      if (token.kind === 'or') {
        branches.push(sequenceOf(items))
        items = []
      } else if (token.kind === 'repeat') {
        const body = items.pop()
        if (body) items.push({ kind: 'repetition', body, min: token.min, max: token.max })
      } else if (token.kind === 'open') {
        items.push(this.parseChoice())
      } else if (token.kind !== 'reluctant') {
        items.push(token)
      }
    }
    branches.push(sequenceOf(items))
    const [only] = branches
    return only && branches.length === 1 ? only : { kind: 'choice', branches }
  }

  #take(): RegexToken | undefined {
    return this.#tokens[this.#position++]
  }
}

function sequenceOf(items: readonly RegexNode[]): RegexNode {
  const [only] = items
  return only && items.length === 1 ? only : { kind: 'sequence', items }
}
