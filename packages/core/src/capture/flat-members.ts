/** Anything but what a JSON text holds as it is, in a single byte of UTF-8. */
const special = /[^ !#-[\]-~]/

/** Names that are kept; callers make up few, unless they put data into them. */
const mostNames = 1000

/** Writes the members of objects that hold nothing but texts, numbers and truth values; most of an event is like that. */
export class FlatMembers {
  /** Names as they stand before their values. */
  readonly #names = new Map<string, string>()

  /**
   * The object's members as `JSON.stringify` writes them, each with a comma behind. Undefined for members that need more care, and
   * for texts that are longer than `mostBytes` together.
   */
  text(members: Readonly<Record<string, unknown>>, mostBytes: number): string | undefined {
    let text = ''
    let length = 0
    for (const name of Object.keys(members)) {
      const value = members[name]
      if (value === undefined) continue
      // Before anybody looks at each of its characters.
      if (typeof value === 'string' && value.length > mostBytes) return undefined
      const written = valueText(value)
      if (written === undefined) return undefined
      length += written.length
      if (length > mostBytes) return undefined
      text += (this.#names.get(name) ?? this.#named(name)) + written
    }
    return text
  }

  #named(name: string): string {
    const named = `${special.test(name) ? JSON.stringify(name) : `"${name}"`}:`
    if (this.#names.size < mostNames) this.#names.set(name, named)
    return named
  }
}

/** With a comma behind. */
function valueText(value: unknown): string | undefined {
  if (typeof value === 'string') return special.test(value) ? `${JSON.stringify(value)},` : `"${value}",`
  if (typeof value === 'boolean') return value ? 'true,' : 'false,'
  if (typeof value === 'number' && Number.isFinite(value)) return `${value},`
  return value === null || typeof value === 'number' ? 'null,' : undefined
}
