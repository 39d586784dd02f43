import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { cookieDistinctId } from './posthog-node-client.ts'
import { token } from './site.ts'

const batchSize = 100

/** The least that code can do to count pageviews: no flags, no session, no retries, no bounds, no care. */
export class HandWrittenPageviews {
  readonly #url: string
  #waiting: string[] = []
  #sending: Promise<unknown> = Promise.resolve()

  constructor(host: string) {
    this.#url = `${host}/batch/`
  }

  count(request: IncomingMessage): void {
    const { headers, url, method } = request
    const event = {
      event: '$pageview',
      distinct_id: cookieDistinctId(request),
      uuid: randomUUID(),
      timestamp: new Date().toISOString(),
      properties: {
        $current_url: `https://${headers.host}${url}`,
        $host: headers.host,
        $pathname: url,
        $request_method: method,
        $raw_user_agent: headers['user-agent'],
        $referrer: headers.referer,
      },
    }
    this.#waiting.push(JSON.stringify(event))
    if (this.#waiting.length >= batchSize) this.#send()
  }

  async flush(): Promise<void> {
    if (this.#waiting.length > 0) this.#send()
    await this.#sending
  }

  #send(): void {
    const body = `{"api_key":"${token}","batch":[${this.#waiting.join(',')}]}`
    this.#waiting = []
    const headers = { 'Content-Type': 'application/json' }
    const sent = fetch(this.#url, { method: 'POST', headers, body }).then((answer) => answer.text())
    this.#sending = Promise.all([this.#sending, sent])
  }
}
