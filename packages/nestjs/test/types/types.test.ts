import { fileURLToPath } from 'node:url'
import { typeErrorsOf } from 'testkit'
import { expect, it } from 'vitest'

const project = (name: string) => fileURLToPath(new URL(name, import.meta.url))

it(
  'a registry of flags lets only its keys and variants compile in decorators, and @Capture only what a handler answers',
  { timeout: 90_000 },
  async () => {
    expect(await typeErrorsOf(project('registered'))).toEqual([
      "TS2345 RequireFlag('heroo')",
      "TS2322 RequireFlag('hero', { variant: 'c' })",
      "TS2322 RequireFlag('new-checkout', { variant: 'a' })",
      "TS2345 Flag('heroo')",
      "TS2345 Flag('hero', 'c')",
      "TS2345 export const guard = new RequireFlagGuard('heroo')",
      "TS1241 @Capture('order placed', (total: number) => ({ total }))",
      "TS1241 @Capture('order placed', (total: number) => ({ total }))",
      "TS2769 Capture('order placed', (total: number) => total)",
    ])
  },
)
