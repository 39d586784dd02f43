import { fileURLToPath } from 'node:url'
import { typeErrorsOf } from 'testkit'
import { expect, it } from 'vitest'

const project = (name: string) => fileURLToPath(new URL(name, import.meta.url))

it(
  'a registry of flags lets only its keys and variants compile in pages and gates',
  { timeout: 90_000 },
  async () => {
    expect(await typeErrorsOf(project('registered'))).toEqual([
      "TS2345 flags.isEnabled('heroo')",
      "TS2345 await requireFlag('heroo')",
      "TS2322 await requireFlag('hero', { variant: 'c' })",
      "TS2322 await requireFlag('new-checkout', { variant: 'a' })",
      "TS2769 withFlag('heroo', handler)",
      "TS2769 withFlag('hero', handler, { variant: 'c' })",
    ])
  },
)
