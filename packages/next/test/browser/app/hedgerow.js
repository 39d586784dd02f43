import { createHedgerow } from '@hedgerow/next'

const payload = JSON.stringify('</script><!--<script>\u2028')
const everybody = [{ properties: [], rollout_percentage: 100 }]

/** The user is whom a header names. */
const resolve = ({ headers }) => headers.get('x-test-user')

export const { hedgerow, proxy, register, ingest, HedgerowBootstrap } = createHedgerow({
  secretKey: process.env.TEST_SECRET_KEY,
  definitions: {
    flags: [{ key: 'hero', active: true, filters: { groups: everybody, payloads: { true: payload } } }],
  },
  identity: { resolve, secret: process.env.TEST_SECRET },
})
