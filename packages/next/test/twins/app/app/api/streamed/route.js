import { withHedgerow } from '../../../hedgerow.js'

async function* parts() {
  yield '<p>one'
  await Promise.resolve()
  yield ' two</p>'
}

export const GET = withHedgerow(async () => {
  const body = ReadableStream.from(parts()).pipeThrough(new TextEncoderStream())
  return new Response(body, { headers: { 'content-type': 'text/html' } })
})
