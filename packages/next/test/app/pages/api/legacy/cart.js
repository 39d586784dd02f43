import { hedgerow, withHedgerow } from '../../../hedgerow.js'

export default withHedgerow(async function cart(request, response) {
  const scope = await hedgerow()
  if (request.query.boom) throw new TypeError('no cart')
  if (request.query.user) await scope.identify(request.query.user)
  if (request.query.shared) response.setHeader('cache-control', 'public, max-age=60')
  scope.capture('cart', { same: scope === (await hedgerow()), flag: scope.flags.getFlag('hero') })
  await Promise.resolve()
  await captureBelow()
  response.status(201).json({ id: scope.distinctId, source: scope.identitySource })
})

async function captureBelow() {
  const scope = await hedgerow()
  scope.capture('below the cart')
}
