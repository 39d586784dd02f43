export { register } from './hedgerow.js'
