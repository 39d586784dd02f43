import { requireFlag } from '@hedgerow/express'
import express from 'express'

const app = express()

app.get('/', (req, res) => {
  req.hedgerow.flags.isEnabled('heroo')
  req.hedgerow.flags.getFlag('hero', { defaultValue: 'c' })
  res.send(req.hedgerow.flags.getFlagPayload('hero')?.subtitle)
})

requireFlag('heroo')
requireFlag('hero', { variant: 'c' })
requireFlag('new-checkout', { variant: 'a' })
