export { onRequestError, register } from './hedgerow.ts'
