import { describe, expect, it } from 'vitest'
import type { ConsentAnswer, RequestOptions } from '../../src/index.ts'
import { codes, readTables } from '../document-tables.ts'
import { browserCookie, pageFacts } from './open-scope.ts'
import { noCookie, startConsent } from './consent-setup.ts'

const { table } = await readTables('privacy.md')

const answers: Readonly<Record<string, ConsentAnswer>> = {
  true: true,
  false: false,
  null: null,
  undefined,
  "'granted'": 'granted',
  "'denied'": 'denied',
}

/** `on, `1`` as the option and the header. */
function signal(cell = ''): { isOn: boolean; header: string | undefined } {
  return { isOn: cell.startsWith('on'), header: codes(cell)[0] }
}

describe('docs/privacy.md', () => {
  it.each(table('`resolve` answers'))(
    'is right about %s, GPC %s, DNT %s, cookie %s, unknown %s',
    async (...row) => {
      const [answer = '', gpcCell, dntCell, cookieCell, unknownCell, value, captured] = row
      const [gpc, dnt] = [signal(gpcCell), signal(dntCell)]
      const [cookie] = codes(cookieCell)
      const code = codes(answer)[0]
      const consent: RequestOptions['consent'] = {
        gpc: gpc.isOn,
        dnt: dnt.isOn,
        unknown: codes(unknownCell)[0] === 'denied' ? 'denied' : 'granted',
        ...(code !== undefined && { resolve: () => answers[code] }),
      }
      const { open, client, events } = await startConsent({ consent })

      const { scope, end } = open(
        pageFacts({
          ...(gpc.header !== undefined && { 'sec-gpc': gpc.header }),
          ...(dnt.header !== undefined && { dnt: dnt.header }),
          ...(cookie !== undefined && { cookie: `__ph_opt_in_out_phc_test=${cookie}` }),
        }),
      )
      scope.capture('used')
      scope.run(() => client.capture({ event: 'of somebody', distinctId: 'somebody' }))
      end()

      expect(`\`${scope.consent}\``).toBe(value)
      expect(scope.hasConsent ? 'yes' : 'no').toBe(captured)
      const names = (await events()).map(({ event }) => event)
      expect(names).toEqual(captured === 'yes' ? ['used', 'of somebody', '$pageview'] : [])
    },
  )

  const values = table('the cookie').flatMap(([cell, says]) => codes(cell).map((value) => [value, says]))
  it.each(values)('is right about the cookie %s', async (value, says) => {
    const { open } = await startConsent()

    const { scope } = open(pageFacts({ cookie: `theme=dark; __ph_opt_in_out_phc_test=${value}; a=b` }))

    expect(scope.consent).toBe(says === 'nothing' ? 'unknown' : says)
  })

  it.each(table('the callback'))('is right about a callback that %s', async (what, ...expected) => {
    let answerLate = (_answer: boolean) => {}
    const late = new Promise<boolean>((resolve) => (answerLate = resolve))
    const callbacks: Readonly<Record<string, () => unknown>> = {
      'answers in time': () => Promise.resolve(false),
      'answers after the deadline': () => late,
      'never answers': () => new Promise(() => {}),
      throws: () => {
        throw new Error('the banner is down')
      },
      rejects: () => Promise.reject(new Error('the banner is down')),
      'answers anything else': () => 'perhaps',
    }
    const resolve = callbacks[what ?? ''] as (() => Promise<boolean>) | undefined
    const { open, runtime, warnings, events, refused } = await startConsent({ consent: { resolve } })
    const cookie =
      what === 'answers anything else' ? `${browserCookie('a')}; ${noCookie}` : browserCookie('a')

    const { scope, cookies, sendHeaders, end } = open(pageFacts({ cookie }))
    const { ready } = scope
    await runtime.advance(250)
    await ready
    const atFirst = scope.consent
    scope.capture('used')
    sendHeaders()
    end()
    await runtime.advance(250)
    answerLate(true)
    await runtime.settle()
    scope.capture('after all')

    const said: Readonly<Record<string, string>> = {
      denied: 'denied',
      granted: 'denied until then, then its answer',
    }
    const counts: Readonly<Record<string, string>> = {
      'answers in time': 'its answer',
      'answers anything else': 'nothing: what the browser says counts',
    }
    expect(atFirst).toBe('denied')
    expect(counts[what ?? ''] ?? said[scope.consent]).toBe(expected[0])
    const isRemoved = cookies.some((line) => line.startsWith('ph_phc_test_posthog=; '))
    expect(isRemoved).toBe(what === 'answers in time' || what === 'answers anything else')
    expect(expected[1]?.startsWith('by') || !isRemoved).toBe(true)
    expect(warnings().length === 1 ? 'one line' : '').toBe(expected[2])
    expect(refused()).toBe(what === 'answers after the deadline' ? 2 : 3)
    expect((await events()).map(({ event }) => event)).toEqual(
      what === 'answers after the deadline' ? ['after all'] : [],
    )
  })
})
