import { randomUUID } from 'node:crypto'

const mostAccounts = 10_000

/** The shop's customers, in memory. Each has an id that says nothing about them and outlives their e-mail address. */
export class Accounts {
  readonly #ids = new Map<string, string>()

  /** The id of the customer with this address; who is new gets one. */
  idOf(email: string): string {
    const address = email.toLowerCase()
    const id = this.#ids.get(address) ?? `customer_${randomUUID()}`
    this.#ids.set(address, id)
    const [oldest] = this.#ids.keys()
    if (this.#ids.size > mostAccounts && oldest !== undefined) this.#ids.delete(oldest)
    return id
  }
}
