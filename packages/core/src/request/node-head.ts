/** Arguments of `writeHead`: a status, perhaps a reason, perhaps headers as an object or a list. */
export type WriteHeadArguments = readonly unknown[]

/** The headers among the arguments of `writeHead`; they win over those set before. Lookup is by lower-case name. */
export function headersGiven(args: WriteHeadArguments): ReadonlyMap<string, unknown> {
  return new Map(pairsOf(args[positionOfHeaders(args)]).map(([name, value]) => [name.toLowerCase(), value]))
}

/** Whether the headers are a list, whose form Node checks differently once headers were set before. */
export function areHeadersListed(args: WriteHeadArguments): boolean {
  return Array.isArray(args[positionOfHeaders(args)])
}

/** The arguments with `Set-Cookie` lines added to those that they hold already. */
export function withCookies(args: WriteHeadArguments, lines: readonly string[]): WriteHeadArguments {
  const headers: Record<string, unknown> = {}
  let cookieName = 'Set-Cookie'
  let cookies: unknown[] = []
  const position = positionOfHeaders(args)
  for (const [name, value] of pairsOf(args[position])) {
    if (name.toLowerCase() === 'set-cookie') {
      cookieName = name
      cookies = cookies.concat(value)
    } else headers[name] = name in headers ? [headers[name], value].flat() : value
  }
  return args.with(position, { ...headers, [cookieName]: [...cookies, ...lines] })
}

/** Wrappers pass all three arguments on, so the headers may stand second with nothing behind them. */
function positionOfHeaders(args: WriteHeadArguments): number {
  return args.findLastIndex((argument) => typeof argument === 'object' && argument !== null)
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
