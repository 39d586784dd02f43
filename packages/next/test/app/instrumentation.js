export { onRequestError, register } from './hedgerow.js'
