/**
 * Text of a file, undefined for one that cannot be read or is larger than `maxBytes`. Filled by the runtime; may
 * reject.
 */
export type ReadFile = (path: string, maxBytes: number) => Promise<string | undefined>

const maxFileBytes = 1024 * 1024
const maxFiles = 50
const maxUnits = 8 * 1024 * 1024

interface Entry {
  readonly text: Promise<string | undefined>
  units: number
}

/** Texts of source files, each read once; at most 50 of them and 8 Mi units stay, the least recently used goes first. */
export class SourceFiles {
  readonly #readFile: ReadFile
  readonly #entries = new Map<string, Entry>()
  #units = 0

  constructor(readFile: ReadFile) {
    this.#readFile = readFile
  }

  /** Undefined for a file that cannot be read or is larger than 1 MiB, which is tried again next time. Never rejects. */
  async text(path: string): Promise<string | undefined> {
    const known = this.#entries.get(path)
    if (known) {
      this.#entries.delete(path)
      this.#entries.set(path, known)
      return known.text
    }
    const entry: Entry = { text: this.#read(path), units: 0 }
    this.#entries.set(path, entry)
    const text = await entry.text
    if (this.#entries.get(path) === entry) this.#settle(path, entry, text)
    this.#makeRoom()
    return text
  }

  async #read(path: string): Promise<string | undefined> {
    try {
      const text: unknown = await this.#readFile(path, maxFileBytes)
      return typeof text === 'string' && text.length <= maxFileBytes ? text : undefined
    } catch {
      return undefined
    }
  }

  #settle(path: string, entry: Entry, text: string | undefined): void {
    if (text === undefined) this.#entries.delete(path)
    else entry.units = text.length
    this.#units += entry.units
  }

  #makeRoom(): void {
    for (const [path, { units }] of this.#entries) {
      if (this.#entries.size <= maxFiles && this.#units <= maxUnits) return
      this.#entries.delete(path)
      this.#units -= units
    }
  }
}
