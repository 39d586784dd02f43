import { Router } from 'express'
import { catalogue } from './catalogue.ts'
import { html } from './html.ts'
import type { SendPage } from './page-sender.ts'
import { productCard } from './product-card.ts'

/** The front page, whose hero says what the flag `hero` decides. */
export function homeRoutes(sendPage: SendPage): Router {
  const router = Router()

  router.get('/', async (req, res) => {
    const hero =
      req.hedgerow.flags.getFlag('hero') === 'b'
        ? {
            headline: 'The garden starts at the back door.',
            text: 'Six things that earn their hook in the shed.',
          }
        : { headline: 'Good tools, small garden.', text: 'Made to be used, mended and handed on.' }

    await sendPage(req, res, {
      title: 'Home',
      body: html`<section class="hero">
          <h1>${hero.headline}</h1>
          <p>${hero.text}</p>
        </section>
        <ul class="products">
          ${catalogue.map(productCard)}
        </ul>`,
    })
  })

  return router
}
