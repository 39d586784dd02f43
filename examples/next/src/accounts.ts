const mostAccounts = 10_000
const place = Symbol.for('example-shop.accounts')

/** The id of the customer with this address, which says nothing about them; who is new gets one. */
export function accountOf(email: string): string {
  const ids = accounts()
  const address = email.toLowerCase()
  const id = ids.get(address) ?? `customer_${crypto.randomUUID()}`
  ids.set(address, id)
  const [oldest] = ids.keys()
  if (ids.size > mostAccounts && oldest !== undefined) ids.delete(oldest)
  return id
}

/** In memory, for this example, and there for as long as the process: a module is loaded anew when it is edited. */
function accounts(): Map<string, string> {
  const holder = globalThis as { [place]?: Map<string, string> }
  holder[place] ??= new Map()
  return holder[place]
}
