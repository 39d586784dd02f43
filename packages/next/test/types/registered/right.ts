import { createHedgerow } from '@hedgerow/next'
import type { NextApiRequest, NextApiResponse } from 'next'
import { expectTypeOf } from 'vitest'

declare module '@hedgerow/next' {
  interface FlagRegistry {
    'new-checkout': { value: boolean }
    hero: { value: false | 'a' | 'b'; payload: { title: string } }
  }
}

const { hedgerow, requireFlag, withFlag } = createHedgerow()

export async function page() {
  const { flags } = await hedgerow()
  expectTypeOf(flags.getFlag('hero')).toEqualTypeOf<false | 'a' | 'b' | undefined>()
  expectTypeOf(flags.getFlagPayload('hero')).toEqualTypeOf<{ title: string } | undefined>()
  await requireFlag('new-checkout')
  await requireFlag('hero', { variant: 'a', otherwise: { redirect: '/' } })
}

export const GET = withFlag('hero', async (): Promise<Response> => new Response(), {
  variant: 'b',
  otherwise: 'forbidden',
})
export const cart = withFlag(
  'new-checkout',
  (_request: NextApiRequest, response: NextApiResponse) => response.end(),
  { whenUnknown: 'allow' },
)
