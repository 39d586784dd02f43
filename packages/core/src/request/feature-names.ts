/** Flags that are remembered; applications have fewer, unless they make keys up. */
const mostNames = 1000

/** The properties in which events say what a flag was, by its key: each is put together once. */
export class FeatureNames {
  readonly #names = new Map<string, string>()

  of(key: string): string {
    const known = this.#names.get(key)
    if (known !== undefined) return known
    const name = `$feature/${key}`
    if (this.#names.size < mostNames) this.#names.set(key, name)
    return name
  }
}
