import { requireFlag } from '@hedgerow/fastify'
import fastify from 'fastify'
import { expectTypeOf } from 'vitest'

declare module '@hedgerow/fastify' {
  interface FlagRegistry {
    'new-checkout': { value: boolean }
    hero: { value: false | 'a' | 'b'; payload: { title: string } }
  }
}

const app = fastify()
const handler = async () => 'page'

app.get('/', async ({ hedgerow: { flags } }) => {
  expectTypeOf(flags.getFlag('hero')).toEqualTypeOf<false | 'a' | 'b' | undefined>()
  expectTypeOf(flags.getFlagPayload('hero')).toEqualTypeOf<{ title: string } | undefined>()
  return flags.isEnabled('new-checkout')
})

app.get('/checkout', { preHandler: requireFlag('new-checkout') }, handler)
app.get('/a', { preHandler: requireFlag('hero', { variant: 'a', otherwise: 'forbidden' }) }, handler)
app.get('/b', { config: { hedgerow: { flag: 'new-checkout', whenUnknown: 'allow' } } }, handler)
app.get('/c', { config: { hedgerow: { flag: 'hero', variant: 'b', otherwise: { redirect: '/' } } } }, handler)
