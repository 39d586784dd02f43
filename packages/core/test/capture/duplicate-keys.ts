const tokens = /"(?:[^"\\]|\\.)*"(?=\s*(:)?)|[{}[\]]/g

/** Keys that occur twice in one object of a JSON text; `JSON.parse` would silently take the last. */
export function duplicateKeys(json: string): string[] {
  const duplicates: string[] = []
  const open: Set<string>[] = []
  for (const [token, colon] of json.matchAll(tokens)) {
    if (token === '{' || token === '[') open.push(new Set())
    else if (token === '}' || token === ']') open.pop()
    else if (colon) {
      const keys = open.at(-1)
      // Spelled in two ways, a key is still the same.
      const key = String(JSON.parse(token))
      if (keys?.has(key)) duplicates.push(key)
      keys?.add(key)
    }
  }
  return duplicates
}
