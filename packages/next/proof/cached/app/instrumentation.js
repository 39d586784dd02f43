export { onRequestError } from './hedgerow.js'
