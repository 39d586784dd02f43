/** What a browser says about itself when somebody opens a page. */
export const documentHeaders: Readonly<Record<string, string>> = {
  accept: 'text/html',
  'sec-fetch-dest': 'document',
  'user-agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
}

/** An answer, read to its end. */
export interface Answer {
  readonly status: number
  readonly text: string
  readonly location: string | null
  readonly setCookies: readonly string[]
}

/** Somebody with a browser: keeps cookies, follows no redirects. */
export class Visitor {
  readonly cookies = new Map<string, string>()
  readonly #shopUrl: string

  constructor(shopUrl: string) {
    this.#shopUrl = shopUrl
  }

  /** Opens a page, unless the headers say otherwise. */
  get(path: string, headers: Readonly<Record<string, string>> = documentHeaders): Promise<Answer> {
    return this.#request(path, { headers: { ...headers } })
  }

  /** Submits a form. */
  post(path: string, fields: Record<string, string> = {}): Promise<Answer> {
    return this.#request(path, {
      method: 'POST',
      headers: { ...documentHeaders },
      body: new URLSearchParams(fields),
    })
  }

  /** The id in the cookie that Hedgerow shares with the browser SDK. */
  get cookieId(): unknown {
    const value = decodeURIComponent(this.cookies.get('ph_phc_shop_posthog') ?? '{}')
    return (JSON.parse(value) as { distinct_id?: unknown }).distinct_id
  }

  async #request(
    path: string,
    init: { headers: Record<string, string>; method?: string; body?: URLSearchParams },
  ): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(this.#shopUrl + path, {
      ...init,
      redirect: 'manual',
      // A connection for each request, so that none keeps the shop from closing.
      headers: { ...init.headers, connection: 'close', ...(cookie !== '' && { cookie }) },
    })
    const setCookies = response.headers.getSetCookie()
    for (const line of setCookies) this.#keep(line)
    return {
      status: response.status,
      text: await response.text(),
      location: response.headers.get('location'),
      setCookies,
    }
  }

  #keep(line: string): void {
    const [pair = ''] = line.split(';', 1)
    const name = pair.slice(0, pair.indexOf('='))
    if (/;\s*max-age=0/i.test(line)) this.cookies.delete(name)
    else this.cookies.set(name, pair.slice(name.length + 1))
  }
}
