import { requireFlag } from '@hedgerow/fastify'
import fastify from 'fastify'

const app = fastify()
const handler = async () => 'page'

app.get('/', async (request) => {
  request.hedgerow.flags.isEnabled('heroo')
  request.hedgerow.flags.getFlag('hero', { defaultValue: 'c' })
  return request.hedgerow.flags.getFlagPayload('hero')?.subtitle
})

requireFlag('heroo')
requireFlag('hero', { variant: 'c' })
requireFlag('new-checkout', { variant: 'a' })
app.get('/a', { config: { hedgerow: { flag: 'heroo' } } }, handler)
app.get('/b', { config: { hedgerow: { flag: 'hero', variant: 'c' } } }, handler)
app.get('/c', { config: { hedgerow: { flag: 'new-checkout', variant: 'a' } } }, handler)
