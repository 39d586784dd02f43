import type { HttpAnswer } from 'testkit'

/** An answer as it is compared: all of it but Hedgerow's cookies and what no two answers of Next.js have in common. */
export interface ComparableAnswer {
  readonly status: number
  readonly headers: readonly string[]
  readonly document: string
  readonly rows: readonly string[]
}

const parts = /<script>self\.__next_f\.push\((\[[^]*?\])\)<\/script>/g

/** Next.js makes them of the stack of an error, which names the files of the build. */
const digests = /(?<=")\d{6,}(?=\\*")/g

/** @param url of the server that answered. */
export function comparable({ status, rawHeaders, body }: HttpAnswer, url: string): ComparableAnswer {
  const headers: string[] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2)
    const ours = /^set-cookie$/i.test(name) && /^(?:ph_phc_test_posthog|hedgerow_phc_test)=/.test(value)
    if (!ours && !/^date$/i.test(name)) headers.push(`${name}: ${value.replaceAll(url, 'http://site')}`)
  }
  const text = body.replaceAll(url, 'http://site').replaceAll(digests, 'digest')
  return { status, headers, document: text.replaceAll(parts, ''), rows: rowsOf(text) }
}

/** What a page carries for React. It writes a row when that is known, so the order of rows is a matter of time. */
function rowsOf(text: string): string[] {
  const written = [...text.matchAll(parts)].map(([, part = '']) => {
    const [, row] = JSON.parse(part) as [number, string?]
    return row ?? ''
  })
  return written.join('').split('\n').toSorted()
}
