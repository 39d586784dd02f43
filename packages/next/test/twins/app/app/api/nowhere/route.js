import { inBackground } from '../../../background.js'
import { hedgerow } from '../../../hedgerow.js'

/** Asks for the scope where no request is. */
export const GET = async () => {
  const answer = inBackground(() =>
    hedgerow().then(String, ({ name, code, message }) => ({ name, code, message })),
  )
  return Response.json(await answer)
}
