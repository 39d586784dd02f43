import { randomBytes } from 'node:crypto'
import { Router } from 'express'
import { html } from './html.ts'
import type { SendPage } from './page-sender.ts'

/** A link as a newsletter might carry it, with a secret in its path and its query. */
export function leakyLink(): string {
  const secret = randomBytes(32).toString('hex')
  return `/reset/${secret}?token=${secret}&utm_source=newsletter`
}

/** Two addresses to see what becomes of them: one with a secret, one that fails. */
export function demoRoutes(sendPage: SendPage): Router {
  const router = Router()

  router.get('/reset/:secret', async (req, res) => {
    await sendPage(req, res, {
      title: 'A link with a secret',
      body: html`<h1>This address has a secret in it</h1>
        <p>Look at the address bar, then at the pageview. What leaves this server is</p>
        <pre>/reset/:masked?utm_source=newsletter</pre>
        <p>
          Parts of the path that look like secrets are masked, and of the query only campaign parameters stay.
          The same holds for the referrer of the next page.
        </p>`,
    })
  })

  router.get('/boom', () => {
    throw new Error('this address always fails, to show what is recorded of it')
  })

  return router
}
