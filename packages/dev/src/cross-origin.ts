import { cors } from 'hono/cors'

/** Lets a browser SDK in a page of any origin use an endpoint, with cookies, as PostHog's servers do. */
export const crossOrigin = cors({ origin: (origin) => origin, credentials: true, maxAge: 600 })
