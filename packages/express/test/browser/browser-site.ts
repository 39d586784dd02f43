import { once } from 'node:events'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import express, { type Express, type Request, type RequestHandler } from 'express'
import { scriptBrowserSdk, type ScriptedServer, startScriptedServer } from 'testkit'
import { onTestFinished } from 'vitest'
import { hedgerow, HedgerowClient, type RequestOptions } from '../../src/index.ts'
import { asyncHandler } from '../async-handler.ts'
import { type CapturedEvent, capturedEvents } from './captured-events.ts'

const library = createRequire(import.meta.url).resolve('posthog-js/dist/module.no-external.js')

/** How to build a site. */
export interface BrowserSiteParts {
  readonly identity?: Pick<NonNullable<RequestOptions['identity']>, 'cookieDomain' | 'secret'>
  readonly pageviews?: RequestOptions['pageviews']
  /** Further options of `posthog.init`. */
  readonly init?: Readonly<Record<string, unknown>>
  /** Further markup of each page. @default none */
  readonly markup?: string
}

/** A real Express application whose pages run the real posthog-js, and the PostHog server that both talk to. */
export interface BrowserSite {
  readonly posthog: ScriptedServer
  /** The address of a path, on `shop.example.com` unless another host is given. */
  url(path: string, host?: string): string
  /** The `Set-Cookie` lines of all responses so far. */
  readonly cookieLines: readonly string[]
  /** Every request but those for library and icon, with its `Sec-Purpose`. */
  readonly requests: readonly string[]
  /** Everything that server and browser have captured so far, in the order in which it happened. */
  events(): Promise<CapturedEvent[]>
}

/**
 * Starts a site that stops with the test. `POST /sign-in` logs `user_1` in and `POST /sign-out` out; in between the
 * resolver knows them by a session cookie of the application. `/plain` is a page without posthog-js.
 */
export async function startBrowserSite(parts: BrowserSiteParts = {}): Promise<BrowserSite> {
  const posthog = await startScriptedServer()
  await scriptBrowserSdk(posthog, 'phc_test')
  posthog.flags = { hero: 'b' }
  const client = new HedgerowClient('phc_test', { host: posthog.url, logLevel: 'error' })
  const traffic = new Traffic()
  const app = express()
  app.get('/posthog.js', (_req, res) =>
    res.sendFile('module.no-external.js', { root: dirname(library), maxAge: '1h' }),
  )
  app.get('/favicon.ico', (_req, res) => void res.status(204).end())
  app.use(traffic.note)
  app.use(
    hedgerow(client, {
      identity: { ...parts.identity, resolve: userOf },
      ...(parts.pageviews && { pageviews: parts.pageviews }),
    }),
  )
  addRoutes(app, `${scriptOf(posthog.url, parts.init)}${parts.markup ?? ''}`)
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a TCP server that listens has an address object
  onTestFinished(async () => {
    server.close()
    server.closeAllConnections()
    await posthog.close()
  })

  return {
    posthog,
    cookieLines: traffic.cookieLines,
    requests: traffic.requests,
    url: (path, host = 'shop.example.com') => `http://${host}:${port}${path}`,
    async events() {
      await posthog.waitFor(() => traffic.open === 0)
      await client.flush()
      return capturedEvents(posthog.requests)
    },
  }
}

/** What goes in and out of a site. */
class Traffic {
  readonly requests: string[] = []
  readonly cookieLines: string[] = []
  /** Requests whose response has not closed. */
  open = 0

  readonly note: RequestHandler = (req, res, next) => {
    const purpose = req.get('sec-purpose')
    this.requests.push(`${req.method} ${req.path}${purpose ? ` ${purpose}` : ''}`)
    this.open++
    res.once('close', () => {
      this.cookieLines.push(...[res.getHeader('set-cookie') ?? []].flat().map(String))
      queueMicrotask(() => this.open--) // every listener of the event has run by then
    })
    next()
  }
}

/** The application's own session. */
function userOf(req: Request): string | undefined {
  return /(?:^|; )session=(\w+)/.exec(req.get('cookie') ?? '')?.[1]
}

function addRoutes(app: Express, script: string): void {
  app.post(
    '/sign-in',
    asyncHandler(async (req, res) => {
      await req.hedgerow.identify('user_1')
      res.cookie('session', 'user_1').redirect(303, '/account')
    }),
  )
  app.post('/sign-out', (req, res) => {
    req.hedgerow.logout()
    res.clearCookie('session').redirect(303, '/')
  })
  app.get('/plain', (req, res) => void res.send(`<!doctype html><p>${req.hedgerow.distinctId}</p>`))
  app.use((req, res) => {
    res.send(`<!doctype html><meta charset="utf-8"><title>${req.path}</title>
      <form method="post" action="/sign-in"><button>Sign in</button></form>
      <form method="post" action="/sign-out" onsubmit="posthog.reset()"><button>Sign out</button></form>
      <a href="/next">Next</a>
      ${req.hedgerow.bootstrapScript()}${script}`)
  })
}

/** posthog-js as its documentation starts it, but without what would make its events depend on time. */
function scriptOf(host: string, init: BrowserSiteParts['init']): string {
  const options = {
    api_host: host,
    defaults: '2026-08-30',
    autocapture: false,
    capture_pageleave: false,
    capture_performance: false,
    disable_session_recording: true,
    disable_compression: true, // sends in the order of capturing
    request_batching: false,
    ...init,
  }
  return `<script type="module">
    import posthog from '/posthog.js'
    window.posthog = posthog
    posthog.init('phc_test', { ...${JSON.stringify(options)}, bootstrap: window.__hedgerow })
  </script>`
}
