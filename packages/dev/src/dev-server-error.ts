/**
 * Thrown when the server cannot start for a reason that its caller can mend: a bad option, an unreadable or
 * invalid flags file, a port that is taken. The message is one sentence fit for a terminal.
 */
export class DevServerError extends Error {
  readonly code: 'invalid-option' | 'invalid-flags' | 'port-unavailable'

  constructor(code: DevServerError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'DevServerError'
    this.code = code
  }
}
