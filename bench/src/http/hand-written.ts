import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { cookieDistinctId } from './posthog-node-client.ts'
import { flagKeys, token } from './site.ts'

const batchSize = 100
const compress = promisify(gzip)

/** How much such code sends. */
export interface HandWrittenOptions {
  /** Makes events of as many properties as Hedgerow's, with values that are always the same, and compresses. @default false */
  readonly isFull?: boolean
}

/** The least that code can do to count pageviews: no flags, no session, no retries, no bounds, no care. */
export class HandWrittenPageviews {
  readonly #url: string
  readonly #isFull: boolean
  #waiting: string[] = []
  #sending: Promise<unknown> = Promise.resolve()

  constructor(host: string, { isFull = false }: HandWrittenOptions = {}) {
    this.#url = `${host}/batch/`
    this.#isFull = isFull
  }

  count(request: IncomingMessage): void {
    const { headers, url, method } = request
    const distinctId = cookieDistinctId(request)
    const event = {
      event: '$pageview',
      distinct_id: distinctId,
      uuid: randomUUID(),
      timestamp: new Date().toISOString(),
      properties: {
        $current_url: `https://${headers.host}${url}`,
        $host: headers.host,
        $pathname: url,
        $request_method: method,
        $raw_user_agent: headers['user-agent'],
        $referrer: headers.referer,
        ...(this.#isFull && {
          ...sampleFlags,
          $request_path: url,
          $user_agent: headers['user-agent'],
          $session_id: distinctId,
          $device_id: distinctId,
          ...sampleProperties,
        }),
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
    this.#sending = Promise.all([this.#sending, this.#isFull ? this.#postCompressed(body) : this.#post(body)])
  }

  async #postCompressed(body: string): Promise<string> {
    return this.#post(await compress(body, { level: 1 }), { 'Content-Encoding': 'gzip' })
  }

  async #post(body: string | Buffer<ArrayBuffer>, further: Record<string, string> = {}): Promise<string> {
    const headers = { 'Content-Type': 'application/json', ...further }
    const answer = await fetch(this.#url, { method: 'POST', headers, body })
    return answer.text()
  }
}

const sampleFlags = Object.fromEntries(flagKeys.map((key, index) => [`$feature/${key}`, index % 3 === 0]))

const sampleProperties = {
  $ip: '127.0.0.1',
  $hedgerow_id_source: 'cookie',
  $process_person_profile: false,
  $referring_domain: 'shop.example.com',
  utm_source: 'newsletter',
  $route: '/products/:slug',
  $response_status_code: 200,
  $response_time_ms: 50,
  $ttfb_ms: 49,
  $lib: 'hand-written',
  $lib_version: '0.0.0',
  $is_server: true,
}
