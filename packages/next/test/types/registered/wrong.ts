import { createHedgerow } from '@hedgerow/next'

const { hedgerow, requireFlag, withFlag } = createHedgerow()
const handler = async () => new Response()

export async function page() {
  const { flags } = await hedgerow()
  flags.isEnabled('heroo')
  await requireFlag('heroo')
  await requireFlag('hero', { variant: 'c' })
  await requireFlag('new-checkout', { variant: 'a' })
}

withFlag('heroo', handler)
withFlag('hero', handler, { variant: 'c' })
