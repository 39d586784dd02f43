/** Arguments of `writeHead`: a status, perhaps a reason, perhaps headers as an object or a list. */
export type WriteHeadArguments = readonly unknown[]

const noHeaders: ReadonlyMap<string, unknown> = new Map()

/** The headers among the arguments of `writeHead`; they win over those set before. Lookup is by lower-case name. */
export function headersGiven(args: WriteHeadArguments): ReadonlyMap<string, unknown> {
  const position = positionOfHeaders(args)
  if (position < 0) return noHeaders
  return new Map(pairsOf(args[position]).map(([name, value]) => [name.toLowerCase(), value]))
}

/** Whether the headers are a list, whose form Node checks differently once headers were set before. */
export function areHeadersListed(args: WriteHeadArguments): boolean {
  return Array.isArray(args[positionOfHeaders(args)])
}

/** The arguments with `Set-Cookie` lines added to the headers that they hold, whose order stays as it is. */
export function withCookies(args: WriteHeadArguments, lines: readonly string[]): WriteHeadArguments {
  const position = positionOfHeaders(args)
  const headers = args[position]
  return args.with(position, Array.isArray(headers) ? withLines(headers, lines) : withMember(headers, lines))
}

function withLines(list: readonly unknown[], lines: readonly string[]): readonly unknown[] {
  const added = lines.map((line) => ['Set-Cookie', line])
  return [...list, ...(list.every(Array.isArray) ? added : added.flat())]
}

function withMember(headers: unknown, lines: readonly string[]): object {
  const members = new Map(pairsOf(headers))
  const name = [...members.keys()].findLast((key) => key.toLowerCase() === 'set-cookie') ?? 'Set-Cookie'
  return { ...Object.fromEntries(members), [name]: [members.get(name) ?? [], ...lines].flat() }
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
