export { proxy } from './hedgerow.js'
