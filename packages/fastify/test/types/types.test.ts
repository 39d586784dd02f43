import { fileURLToPath } from 'node:url'
import { typeErrorsOf } from 'testkit'
import { expect, it } from 'vitest'

const project = (name: string) => fileURLToPath(new URL(name, import.meta.url))

it('plugin, hooks and route configs have the same types in Fastify 4', { timeout: 90_000 }, async () => {
  expect(await typeErrorsOf(project('fastify4'))).toEqual([])
})

it(
  'a registry of flags lets only its keys and variants compile in routes and gates',
  { timeout: 90_000 },
  async () => {
    expect(await typeErrorsOf(project('registered'))).toEqual([
      "TS2345 request.hedgerow.flags.isEnabled('heroo')",
      "TS2322 request.hedgerow.flags.getFlag('hero', { defaultValue: 'c' })",
      "TS2339 return request.hedgerow.flags.getFlagPayload('hero')?.subtitle",
      "TS2345 requireFlag('heroo')",
      "TS2322 requireFlag('hero', { variant: 'c' })",
      "TS2322 requireFlag('new-checkout', { variant: 'a' })",
      "TS2322 app.get('/a', { config: { hedgerow: { flag: 'heroo' } } }, handler)",
      "TS2322 app.get('/b', { config: { hedgerow: { flag: 'hero', variant: 'c' } } }, handler)",
      "TS2322 app.get('/c', { config: { hedgerow: { flag: 'new-checkout', variant: 'a' } } }, handler)",
    ])
  },
)
