import { fileURLToPath } from 'node:url'
import { typeErrorsOf } from 'testkit'
import { expect, it } from 'vitest'

const project = fileURLToPath(new URL('registered', import.meta.url))

it(
  'a registry of flags lets only its keys and variants compile in routes and gates',
  { timeout: 90_000 },
  async () => {
    const errors = await typeErrorsOf(project)

    expect(errors).toEqual([
      "TS2345 req.hedgerow.flags.isEnabled('heroo')",
      "TS2322 req.hedgerow.flags.getFlag('hero', { defaultValue: 'c' })",
      "TS2339 res.send(req.hedgerow.flags.getFlagPayload('hero')?.subtitle)",
      "TS2345 requireFlag('heroo')",
      "TS2322 requireFlag('hero', { variant: 'c' })",
      "TS2322 requireFlag('new-checkout', { variant: 'a' })",
    ])
  },
)
