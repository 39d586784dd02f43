export { GET, POST } from '../api/who/route.js'
