import { after } from 'next/server'
import { setTimeout } from 'node:timers/promises'
import { inBackground } from '../../../background.js'
import { hedgerow, withHedgerow } from '../../../hedgerow.js'

/** Captures wherever a handler can, just before it answers and after that. */
export const POST = withHedgerow(async (request) => {
  const scope = await hedgerow()
  await inBackground(() => scope.capture('in the background'))
  if (request.nextUrl.searchParams.get('only') === 'background') return new Response('done')
  scope.capture('in the handler')
  after(async () => {
    await setTimeout(100)
    scope.capture('in after()')
  })
  return new Response('done')
})
