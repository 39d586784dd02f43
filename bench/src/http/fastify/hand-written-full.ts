import type { App } from '../app.ts'
import { start as startHandWritten } from './hand-written.ts'

/** A pageview that is counted by hand, in an event as large as Hedgerow's. */
export function start(host: string): Promise<App> {
  return startHandWritten(host, { isFull: true })
}
