/**
 * What was compiled from a part of the definitions, once for all flags with an equal part. Flags of a project often ask
 * for the same, and ten thousand of them are evaluated the faster the less memory they look at.
 */
export class CompiledStore<Compiled> {
  readonly #known = new Map<string, Compiled>()

  /** @param text tells equal parts from others. */
  get(text: string, compile: (text: string) => Compiled): Compiled {
    const known = this.#known.get(text)
    if (known) return known
    const compiled = compile(text)
    this.#known.set(text, compiled)
    return compiled
  }
}
