import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type Hedgerow, hedgerow, hedgerowErrors } from '@hedgerow/express'
import express, { type Express } from 'express'
import { apiRoutes } from './api-routes.ts'
import { cartRoutes } from './cart-routes.ts'
import { checkoutRoutes } from './checkout-routes.ts'
import { cookieSession } from './cookie-session.ts'
import { demoRoutes, leakyLink } from './demo-routes.ts'
import { errorPage, notFoundPage } from './error-pages.ts'
import { homeRoutes } from './home-routes.ts'
import { pageSender } from './page-sender.ts'
import { productRoutes } from './product-routes.ts'
import { signInRoutes } from './sign-in-routes.ts'

const browserLibrary = createRequire(import.meta.url).resolve('posthog-js/dist/module.no-external.js')

/** What the shop is made with. */
export interface ShopParts {
  /** Whoever created it shuts it down. */
  readonly client: Hedgerow
  /** Where events arrive and are shown: the shop links to it, and posthog-js on its pages sends there. @default none */
  readonly inspectorUrl?: string | undefined
  /** Hears of errors that visitors get an error page for. @default console.error */
  readonly reportError?: (error: unknown) => void
}

/**
 * The example shop, not listening yet.
 *
 * @example
 * createApp({ client: new HedgerowClient('phc_…') }).listen(3000)
 */
export function createApp({ client, inspectorUrl, reportError = console.error }: ShopParts): Express {
  const app = express()
  const sendPage = pageSender({ inspectorUrl, leakyLink: leakyLink() })
  app.disable('x-powered-by')

  app.use(cookieSession())
  app.use(
    hedgerow(client, {
      identity: { resolve: (req) => req.session.userId },
      // So that an edit of the flags file shows in the next page; the default saves requests.
      flags: { cacheTtlMs: 500 },
    }),
  )
  app.use(express.static(join(import.meta.dirname, '../public')))
  app.use('/posthog-js', express.static(dirname(browserLibrary), { index: false }))
  app.use(express.urlencoded({ extended: false, limit: '10kb' }))

  app.use(homeRoutes(sendPage))
  app.use('/products', productRoutes(sendPage))
  app.use('/cart', cartRoutes(sendPage))
  app.use('/checkout', checkoutRoutes(sendPage))
  app.use(signInRoutes(sendPage))
  app.use('/api', apiRoutes())
  app.use(demoRoutes(sendPage))
  app.use(notFoundPage(sendPage))

  app.use(hedgerowErrors())
  app.use(errorPage(sendPage, reportError))
  return app
}
