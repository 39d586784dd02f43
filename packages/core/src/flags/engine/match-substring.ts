import type { ValueTest } from './match-exact.ts'
import { no, yes } from './outcome.ts'

/** The tests of `icontains`, `starts_with` and `ends_with`: on JavaScript's text of both sides, only A to Z folded. */
export const substringTests = {
  icontains: (filter: unknown): ValueTest => {
    const part = folded(String(filter))
    return (value) => {
      const text = String(value)
      // What is there as it stands needs no folding.
      return text.includes(part) || folded(text).includes(part) ? yes : no
    }
  },
  starts_with: (filter: unknown): ValueTest => {
    const part = folded(String(filter))
    return (value) => (folded(String(value).slice(0, part.length)) === part ? yes : no)
  },
  ends_with: (filter: unknown): ValueTest => {
    const part = folded(String(filter))
    return (value) => {
      const text = String(value)
      return folded(text.slice(Math.max(0, text.length - part.length))) === part ? yes : no
    }
  },
} as const

function folded(text: string): string {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit >= 0x41 && unit <= 0x5a) return text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase())
  }
  return text
}
