import { catalogue, type Product } from './catalogue.ts'

/** Quantities by product id. */
export type Cart = Readonly<Record<string, number>>

/** One product in a cart. */
export interface CartLine {
  readonly product: Product
  readonly quantity: number
  readonly cents: number
}

const mostOfOneProduct = 99

/** The cart with one more of a product in it. */
export function withOneMore(cart: Cart, { id }: Product): Cart {
  return { ...cart, [id]: Math.min(mostOfOneProduct, (cart[id] ?? 0) + 1) }
}

/** What is in the cart, in the order of the catalogue. */
export function cartLines(cart: Cart): CartLine[] {
  return catalogue.flatMap((product) => {
    const quantity = cart[product.id]
    return quantity === undefined ? [] : { product, quantity, cents: quantity * product.cents }
  })
}

/** Number of things in the cart. */
export function cartSize(cart: Cart): number {
  return cartLines(cart).reduce((sum, { quantity }) => sum + quantity, 0)
}

/** What the cart costs. */
export function cartCents(cart: Cart): number {
  return cartLines(cart).reduce((sum, { cents }) => sum + cents, 0)
}
