/** Arguments of `writeHead`: a status, perhaps a reason, perhaps headers as an object or a list. */
export type WriteHeadArguments = readonly unknown[]

/** The headers among the arguments of `writeHead`; they win over those set before. Lookup is by lower-case name. */
export function headersGiven(args: WriteHeadArguments): ReadonlyMap<string, unknown> {
  return new Map(pairsOf(args.at(-1)).map(([name, value]) => [name.toLowerCase(), value]))
}

/** The arguments with `Set-Cookie` lines added to those that they hold already. */
export function withCookies(args: WriteHeadArguments, lines: readonly string[]): WriteHeadArguments {
  const headers: Record<string, unknown> = {}
  let cookies: unknown[] = []
  for (const [name, value] of pairsOf(args.at(-1))) {
    if (name.toLowerCase() !== 'set-cookie')
      headers[name] = name in headers ? [headers[name], value].flat() : value
    else cookies = cookies.concat(value)
  }
  return [...args.slice(0, -1), { ...headers, 'Set-Cookie': [...cookies, ...lines] }]
}

function pairsOf(headers: unknown): [string, unknown][] {
  if (typeof headers !== 'object' || headers === null) return []
  if (!Array.isArray(headers)) return Object.entries(headers)
  const list: readonly unknown[] = headers
  if (list.every(Array.isArray)) return list.map(([name, value]: unknown[]) => [String(name), value])
  return list.flatMap((name, index) =>
    index % 2 === 0 ? [[String(name), list[index + 1]] as [string, unknown]] : [],
  )
}
