import type { LogLevel, Runtime } from './runtime.ts'
import { whenRejected } from './when-rejected.ts'

const severity: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 }

/** Writes coded lines at or above a level. A sink that throws is ignored: logging never breaks a caller. */
export class Logger {
  readonly #runtime: Pick<Runtime, 'log'>
  #level: LogLevel

  constructor(runtime: Pick<Runtime, 'log'>, level: LogLevel) {
    this.#runtime = runtime
    this.#level = level
  }

  setLevel(level: LogLevel): void {
    this.#level = level
  }

  isEnabled(level: LogLevel): boolean {
    return severity[level] >= severity[this.#level]
  }

  debug(code: string, message: string): void {
    this.#write('debug', code, message)
  }

  info(code: string, message: string): void {
    this.#write('info', code, message)
  }

  warn(code: string, message: string): void {
    this.#write('warn', code, message)
  }

  error(code: string, message: string): void {
    this.#write('error', code, message)
  }

  #write(level: LogLevel, code: string, message: string): void {
    if (!this.isEnabled(level)) return
    try {
      whenRejected(this.#runtime.log(level, `[hedgerow] ${code}: ${message}`), ignore)
    } catch {
      // A user's broken log sink must not reach the request that happened to log.
    }
  }
}

function ignore(): void {}
