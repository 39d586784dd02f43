import { type HttpAnswer, visitorCookie } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Site } from './site.ts'

interface Place {
  readonly name: string
  readonly path: string
  /** What a visitor gets who may come in. */
  readonly inside: string
}

const places: readonly Place[] = [
  { name: 'a route handler', path: '/api/beta', inside: '200 beta' },
  { name: 'a handler of the Pages Router', path: '/api/legacy/beta', inside: '200 beta' },
  { name: 'getServerSideProps', path: '/gated', inside: '200 <p>beta</p>' },
  { name: 'a server component', path: '/beta', inside: '200 <p>beta</p>' },
]

/** Status, destination, and the part of the body that is the application's. */
function outcomeOf({ status, headers, body }: HttpAnswer): string {
  const text = /<p>.*?<\/p>/.exec(body)?.[0] ?? (body.startsWith('<') ? '' : body)
  return [status, headers.location ?? '', text].filter(String).join(' ')
}

/** Flags before handlers and pages of the application. */
export function describeGates(site: Site): void {
  function offer(beta: boolean | string): void {
    const before = site.posthog.flags
    site.posthog.flags = { ...before, beta }
    onTestFinished(() => {
      site.posthog.flags = before
    })
  }
  let visitors = 0
  const outcome = async (path: string) => {
    visitors += 1 // of each one's flags nothing is remembered
    return outcomeOf(await site.visit(path, visitorCookie(`gate_${site.major}_${visitors}`)))
  }

  describe.each(places)('a flag before $name', ({ path, inside }) => {
    it('lets those in for whom it is enabled', async () => {
      offer(true)

      expect(await outcome(`${path}?otherwise=not-found`)).toBe(inside)
    })

    it('is 404 for others, and where no such flag is known', async () => {
      const unknown = await outcome(`${path}?otherwise=not-found`)
      offer(false)
      const off = await outcome(`${path}?otherwise=not-found`)

      expect([unknown, off].map((answer) => answer.slice(0, 3))).toEqual(['404', '404'])
    })

    it('can redirect them', async () => {
      offer(false)

      expect((await outcome(`${path}?otherwise=redirect`)).split(' ').slice(0, 2)).toEqual(['307', '/plain'])
    })

    it('can do with them what the application says', async () => {
      offer(false)

      const expected = {
        '/api/beta': '418 no own',
        '/api/legacy/beta': '418 no own',
        '/gated': '200 <p>no own</p>',
        '/beta': '307 /who',
      }[path]
      expect((await outcome(`${path}?otherwise=own`)).startsWith(expected ?? 'nothing')).toBe(true)
    })
  })

  it.each(places.slice(0, 3))('a flag before $name can forbid', async ({ path }) => {
    offer(false)

    expect(await outcome(`${path}?otherwise=forbidden`)).toBe('403 Forbidden')
  })

  it('a flag before a server component can ask for one variant', async () => {
    offer('b')

    const other = await outcome('/beta?otherwise=not-found&variant=a')
    const same = await outcome('/beta?otherwise=not-found&variant=b')

    expect([other.slice(0, 3), same]).toEqual(['404', '200 <p>beta</p>'])
  })

  it('a flag in a wrapped server action ends what it does', async () => {
    const page = await site.visit('/beta', visitorCookie('action_1'))
    const [, action = ''] = /name="(\$ACTION_ID_\w+)"/.exec(page.body) ?? []
    const body = `--b\r\nContent-Disposition: form-data; name="${action}"\r\n\r\n\r\n--b\r\nContent-Disposition: form-data; name="plan"\r\n\r\nfree\r\n--b--\r\n`
    const submit = (visitor: string) =>
      site.ask('/beta', {
        method: 'POST',
        headers: {
          ...visitorCookie(visitor),
          origin: site.origin,
          'content-type': 'multipart/form-data; boundary=b',
        },
        body,
      })
    offer(false)

    const refused = await submit(`action_off_${site.major}`)
    offer(true)
    const joined = await submit(`action_on_${site.major}`)

    expect([refused.status, refused.headers.location]).toEqual([303, '/plain'])
    expect(joined.status).toBe(200)
    expect(await site.eventsOf(`action_on_${site.major}`, 2)).toMatchObject([
      { event: '$feature_flag_called' },
      { event: 'joined', properties: { plan: 'free', '$feature/beta': true } },
    ])
  })
}
