import { ingest } from '../../../hedgerow.ts'

export const { GET, HEAD, OPTIONS, POST } = ingest
