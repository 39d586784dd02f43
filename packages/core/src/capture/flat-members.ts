/** Anything but what a JSON text holds as it is, in a single byte of UTF-8. */
const special = /[^ !#-[\]-~]/

/** Members of an object as JSON, each with a comma behind. */
export interface MembersText {
  readonly text: string
  /** It has no escape, and every character is a single byte of UTF-8. */
  readonly isPlain: boolean
}

/** Names that are kept; callers make up few, unless they put data into them. */
const mostNames = 1000

/** Writes the members of objects that hold nothing but texts, numbers and truth values; most of an event is like that. */
export class FlatMembers {
  /** Plain names as they stand before their values. */
  readonly #names = new Map<string, string>()

  /**
   * The object's members as `JSON.stringify` writes them. Undefined for members that need more care, and for values that are
   * longer than `mostBytes` together.
   */
  text(members: Readonly<Record<string, unknown>>, mostBytes: number): MembersText | undefined {
    let text = ''
    let length = 0
    let isPlain = true
    for (const name of Object.keys(members)) {
      const value = members[name]
      if (value === undefined) continue
      // Before anybody looks at each of its characters.
      if (typeof value === 'string' && value.length > mostBytes) return undefined
      let written = valueText(value)
      if (written === undefined) {
        if (typeof value !== 'string') return undefined
        written = `${JSON.stringify(value)},`
        isPlain = false
      }
      length += written.length
      if (length > mostBytes) return undefined
      const plainName = this.#names.get(name) ?? this.#plainName(name)
      isPlain &&= plainName !== undefined
      text += (plainName ?? `${JSON.stringify(name)}:`) + written
    }
    return { text, isPlain }
  }

  #plainName(name: string): string | undefined {
    if (special.test(name)) return undefined
    const plain = `"${name}":`
    if (this.#names.size < mostNames) this.#names.set(name, plain)
    return plain
  }
}

/** With a comma behind; undefined for a text that is not plain, and for what is neither text, number nor truth value. */
function valueText(value: unknown): string | undefined {
  if (typeof value === 'string') return special.test(value) ? undefined : `"${value}",`
  if (typeof value === 'boolean') return value ? 'true,' : 'false,'
  if (typeof value === 'number' && Number.isFinite(value)) return `${value},`
  return value === null || typeof value === 'number' ? 'null,' : undefined
}
