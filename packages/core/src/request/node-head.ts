/** Arguments of `writeHead`: a status, perhaps a reason, perhaps headers as an object or a list. */
export type WriteHeadArguments = readonly unknown[]

/** A header among the arguments of `writeHead`, which wins over one set before. @param name in lower case. */
export function headerGiven(args: WriteHeadArguments, name: string): unknown {
  const headers = args[positionOfHeaders(args)]
  if (!isObject(headers)) return undefined
  if (Array.isArray(headers)) return pairsOf(headers).findLast(([key]) => isNamed(key, name))?.[1]
  let value: unknown
  for (const key of Object.keys(headers)) if (isNamed(key, name)) value = headers[key]
  return value
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
  return args.findLastIndex(isObject)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isNamed(key: string, name: string): boolean {
  return key.length === name.length && key.toLowerCase() === name
}

function pairsOf(headers: unknown): [string, unknown][] {
  if (!isObject(headers)) return []
  if (!Array.isArray(headers)) return Object.entries(headers)
  const list: readonly unknown[] = headers
  if (list.every(Array.isArray)) return list.map(([name, value]: unknown[]) => [String(name), value])
  return list.flatMap((name, index) =>
    index % 2 === 0 ? [[String(name), list[index + 1]] as [string, unknown]] : [],
  )
}
