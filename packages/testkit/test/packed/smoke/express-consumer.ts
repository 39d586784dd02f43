import express from 'express'
import { HedgerowClient, hedgerow } from '@hedgerow/express'

const client = new HedgerowClient('phc_smoke', { host: 'http://127.0.0.1:1' })
const app = express()
app.use(hedgerow(client))
app.get('/', (req, res) => {
  const distinctId: string = req.hedgerow.distinctId
  const hero: boolean = req.hedgerow.flags.isEnabled('hero')
  res.json({ distinctId, hero })
})
