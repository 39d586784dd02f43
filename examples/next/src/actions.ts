'use server'

import { redirect } from 'next/navigation'
import { accountOf } from './accounts.ts'
import { cartCents, cartSize, withOneMore } from './cart.ts'
import { productById } from './catalogue.ts'
import { currentSession, renewSession } from './current-session.ts'
import { hedgerow } from './hedgerow.ts'

/** Puts a product into the cart. */
export async function addToCart(form: FormData): Promise<void> {
  const product = productById(form.get('product'))
  if (!product) redirect('/')
  const session = await currentSession()
  await renewSession({ ...session, cart: withOneMore(session.cart, product) })
  const scope = await hedgerow()
  scope.capture('product added', { product: product.id, value: product.cents / 100, currency: 'EUR' })
  redirect('/cart')
}

/** Signs in whoever gives an e-mail address. @returns what is wrong with it. */
export async function signIn(_before: string | undefined, form: FormData): Promise<string | undefined> {
  const email = form.get('email')
  if (typeof email !== 'string' || !/^[^\s@]{1,64}@[^\s@]{1,120}$/.test(email)) {
    return 'That is not an e-mail address.'
  }
  const userId = accountOf(email)
  const scope = await hedgerow()
  await scope.identify(userId, { set: { email } })
  await renewSession({ ...(await currentSession()), userId })
  return redirect('/')
}

/** Signs out, and forgets the cart. */
export async function signOut(): Promise<void> {
  const scope = await hedgerow()
  scope.logout()
  await renewSession({ userId: undefined, cart: {} })
  redirect('/')
}

/** Orders what is in the cart. */
export async function placeOrder(): Promise<void> {
  const session = await currentSession()
  if (cartSize(session.cart) === 0) redirect('/cart')
  const scope = await hedgerow()
  // Reading the flag attaches it to the event, so that orders can be compared by checkout.
  const flags = await scope.flags.load('new-checkout')
  scope.capture('order placed', {
    value: cartCents(session.cart) / 100,
    currency: 'EUR',
    items: cartSize(session.cart),
    checkout: flags.isEnabled('new-checkout') ? 'one page' : 'two steps',
  })
  await renewSession({ ...session, cart: {} })
  redirect('/checkout/thanks')
}
