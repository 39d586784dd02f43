import fastify from 'fastify'
import hedgerow, { HedgerowClient, requireFlag } from '@hedgerow/fastify'

const client = new HedgerowClient('phc_smoke', { host: 'http://127.0.0.1:1' })
const app = fastify()
void app.register(hedgerow, { client })
app.get('/', (request) => {
  const distinctId: string = request.hedgerow.distinctId
  const hero: boolean = request.hedgerow.flags.isEnabled('hero')
  return { distinctId, hero }
})
app.get('/beta', { config: { hedgerow: { flag: 'beta' } } }, async () => 'beta')
app.get('/gamma', { preHandler: requireFlag('gamma') }, async () => 'gamma')
