const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** At most `length` UTF-16 units of well-formed text; a cut one ends in `...`. */
export function boundedText(text: string, length: number): string {
  return wellFormed(text.length <= length ? text : `${text.slice(0, length - 3)}...`)
}

/** Half a surrogate pair becomes U+FFFD: strict JSON readers refuse a whole batch for one. */
export function wellFormed(text: string): string {
  return text.replace(loneSurrogate, '\ufffd')
}
