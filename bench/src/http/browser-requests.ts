import { visitorPool } from '../flags/visitors.ts'
import type { RequestKind } from './http-subjects.ts'
import { token } from './site.ts'

/** Requests of 997 visitors, one each, as browsers send them over a connection that stays open. */
export function browserRequests(kind: RequestKind): string[] {
  const now = Date.now()
  return visitorPool().map(({ distinctId }, index) => {
    const target = kind === 'page' ? `/products/kettle-${index}?utm_source=newsletter` : '/api/cart'
    const lines = [
      `GET ${target} HTTP/1.1`,
      'Host: shop.example.com',
      'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
      ...purpose[kind],
      'Accept-Encoding: gzip, deflate, br, zstd',
      'Accept-Language: en-GB,en;q=0.9,de;q=0.8',
      'Referer: https://shop.example.com/products?page=2',
      `Cookie: theme=dark; ${sdkCookie(distinctId, now)}; consent=all`,
      'Connection: keep-alive',
    ]
    return `${lines.join('\r\n')}\r\n\r\n`
  })
}

const purpose: Readonly<Record<RequestKind, readonly string[]>> = {
  page: [
    'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
    'Sec-Fetch-Dest: document',
    'Sec-Fetch-Mode: navigate',
    'Sec-Fetch-Site: same-origin',
    'Sec-Fetch-User: ?1',
    'Upgrade-Insecure-Requests: 1',
  ],
  api: [
    'Accept: application/json',
    'Sec-Fetch-Dest: empty',
    'Sec-Fetch-Mode: cors',
    'Sec-Fetch-Site: same-origin',
  ],
}

/** Of a visitor whom posthog-js has seen a moment ago. */
function sdkCookie(distinctId: string, now: number): string {
  const state = {
    distinct_id: distinctId,
    $device_id: distinctId,
    $user_state: 'anonymous',
    $sesid: [now, distinctId, now],
    $initial_person_info: { r: '$direct', u: 'https://shop.example.com/' },
  }
  return `ph_${token}_posthog=${encodeURIComponent(JSON.stringify(state))}`
}
