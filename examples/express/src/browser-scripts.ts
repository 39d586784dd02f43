import type { RequestScope } from '@hedgerow/express'
import { Html, html } from './html.ts'

/** Has posthog-js begin as the visitor of this request. @param host where it sends its events. */
export function browserScripts(scope: RequestScope, host: string): Html {
  return html`${new Html(scope.bootstrapScript())}
    <script type="module" src="/shop.js" data-host="${host}"></script>`
}
