'use server'

import { hedgerow, requireFlag, withHedgerow } from '../../hedgerow.js'

export const join = withHedgerow(async (form) => {
  await requireFlag('beta', { otherwise: { redirect: '/plain' } })
  const scope = await hedgerow()
  scope.capture('joined', { plan: form.get('plan') })
})
