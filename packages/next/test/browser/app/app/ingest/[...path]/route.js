import { ingest } from '../../../hedgerow.js'

export const { GET, HEAD, OPTIONS, POST } = ingest
