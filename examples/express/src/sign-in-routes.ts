import { Router } from 'express'
import { Accounts } from './accounts.ts'
import { formField } from './form-field.ts'
import { type Html, html } from './html.ts'
import type { SendPage } from './page-sender.ts'

/** Signing in, with any e-mail address and no password, and out. */
export function signInRoutes(sendPage: SendPage): Router {
  const accounts = new Accounts()
  const router = Router()

  router.get('/sign-in', async (req, res) => {
    await sendPage(req, res, { title: 'Sign in', body: signInForm(undefined) })
  })

  router.post('/sign-in', async (req, res) => {
    const email = formField(req, 'email')
    if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 200) {
      const body = signInForm('That is not an e-mail address.')
      return sendPage(req, res, { title: 'Sign in', status: 422, body })
    }
    const userId = accounts.idOf(email)
    req.renewSession({ ...req.session, userId })
    await req.hedgerow.identify(userId, { set: { email } })
    res.redirect(303, '/')
  })

  router.post('/sign-out', (req, res) => {
    req.hedgerow.logout()
    req.renewSession({ userId: undefined, cart: new Map() })
    res.redirect(303, '/')
  })

  return router
}

function signInForm(problem: string | undefined): Html {
  return html`<h1>Sign in</h1>
    <p>Any e-mail address will do; none is checked, and nothing is sent to it.</p>
    <form class="sign-in" method="post" action="/sign-in">
      <label for="email">E-mail address</label>
      <input id="email" name="email" type="email" maxlength="200" required placeholder="you@example.com" />
      ${problem !== undefined && html`<p class="problem">${problem}</p>`}
      <button>Sign in</button>
    </form>`
}
