import type { Request, Response } from 'express'
import { cartSize } from './cart.ts'
import { browserScripts } from './browser-scripts.ts'
import { type Html, html } from './html.ts'
import { requestPanel } from './request-panel.ts'

/** One page of the shop. */
export interface Page {
  readonly title: string
  readonly body: Html
  /** @default 200 */
  readonly status?: number
}

/** Sends a page in the shop's frame. */
export type SendPage = (req: Request, res: Response, page: Page) => Promise<void>

/** What the frame of every page links to. */
export interface FrameLinks {
  readonly inspectorUrl: string | undefined
  /** A link with a secret in it, to see that it is masked. */
  readonly leakyLink: string
}

/** The shop's frame: navigation, the page itself, what Hedgerow knows about the request, and what to try. */
export function pageSender(links: FrameLinks): SendPage {
  return async function sendPage(req, res, { title, body, status = 200 }) {
    // Loaded already for a page that was opened, but not for one that answers a form.
    const flags = await req.hedgerow.flags.load()
    const page = html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>${title} · Bramble &amp; Twine</title>
          <link rel="icon" href="/favicon.svg" />
          <link rel="stylesheet" href="/shop.css" />
          ${links.inspectorUrl !== undefined && browserScripts(req.hedgerow, links.inspectorUrl)}
        </head>
        <body>
          ${header(req)}
          <div class="frame">
            <main>${body}</main>
            ${requestPanel(req.hedgerow, flags, links.inspectorUrl)}
          </div>
          ${footer(links)}
        </body>
      </html>`
    // A page is made for one visitor: no shared cache may keep it.
    res.status(status).type('html').set('Cache-Control', 'private, no-cache').send(page.toString())
  }
}

function header(req: Request): Html {
  const size = cartSize(req.session.cart)
  return html`<header>
    <a class="brand" href="/"><img src="/favicon.svg" alt="" width="28" height="28" />Bramble &amp; Twine</a>
    <nav>
      <a href="/">Home</a>
      <a href="/cart">Cart${size > 0 && html` <span class="count">${size}</span>`}</a>
      ${
        req.hedgerow.isIdentified
          ? html`<form method="post" action="/sign-out"><button class="quiet">Sign out</button></form>`
          : html`<a href="/sign-in">Sign in</a>`
      }
    </nav>
  </header>`
}

function footer({ inspectorUrl, leakyLink }: FrameLinks): Html {
  return html`<footer>
    <h2>What to try</h2>
    <ul>
      ${
        inspectorUrl !== undefined &&
        html`<li>
          <a href="${inspectorUrl}" target="_blank">Open the inspector</a> and watch this page arrive.
        </li>`
      }
      <li>Sign in, then edit <code>hedgerow.flags.json</code> and reload: hero text and checkout change.</li>
      <li><a href="${leakyLink}">Follow a link with a secret in it</a>: it arrives masked.</li>
      <li>
        See how an <a href="/boom">error</a> and a <a href="/nowhere">missing page</a> are counted, and that
        the <a href="/api/products">JSON API</a> is not.
      </li>
    </ul>
  </footer>`
}
