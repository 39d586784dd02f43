/** Anything but what a JSON text holds as it is, in a single byte of UTF-8. */
const special = /[^ !#-[\]-~]/

/** Names that are kept; callers make up few, unless they put data into them. */
const mostNames = 1000

/** Writes the members of objects that hold nothing but texts, numbers and truth values; most of an event is like that. */
export class FlatMembers {
  /** Names as they stand before their values, with a comma in front. */
  readonly #names = new Map<string, string>()

  /**
   * The object's JSON without its braces, as `JSON.stringify` writes it. Undefined for members that need more care, and
   * for texts that are longer than `mostBytes` together.
   */
  text(members: Readonly<Record<string, unknown>>, mostBytes: number): string | undefined {
    let text = ''
    let length = 0
    for (const name of Object.keys(members)) {
      const value = members[name]
      if (value === undefined) continue
      const written = valueText(value)
      if (written === undefined) return undefined
      length += written.length
      if (length > mostBytes) return undefined
      text += (this.#names.get(name) ?? this.#named(name)) + written
    }
    return text.slice(1)
  }

  #named(name: string): string {
    const named = `,${quoted(name)}:`
    if (this.#names.size < mostNames) this.#names.set(name, named)
    return named
  }
}

function valueText(value: unknown): string | undefined {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null'
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  return value === null ? 'null' : undefined
}

function quoted(text: string): string {
  return special.test(text) ? JSON.stringify(text) : `"${text}"`
}
