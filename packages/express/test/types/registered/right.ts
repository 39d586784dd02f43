import { requireFlag } from '@hedgerow/express'
import express from 'express'
import { expectTypeOf } from 'vitest'

declare module '@hedgerow/express' {
  interface FlagRegistry {
    'new-checkout': { value: boolean }
    hero: { value: false | 'a' | 'b'; payload: { title: string } }
  }
}

const app = express()

app.get('/', ({ hedgerow: { flags } }, res) => {
  expectTypeOf(flags.getFlag('hero')).toEqualTypeOf<false | 'a' | 'b' | undefined>()
  expectTypeOf(flags.getFlagPayload('hero')).toEqualTypeOf<{ title: string } | undefined>()
  res.json(flags.isEnabled('new-checkout'))
})

app.get('/checkout', requireFlag('new-checkout'))
app.get('/a', requireFlag('hero', { variant: 'a', otherwise: 'next' }))
app.get('/b', requireFlag('hero', { whenUnknown: 'allow', otherwise: { redirect: '/' } }))
