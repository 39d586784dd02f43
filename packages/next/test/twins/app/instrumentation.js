import { startBackground } from './background.js'

export { onRequestError } from './hedgerow.js'

export function register() {
  startBackground()
}
