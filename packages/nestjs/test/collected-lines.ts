import type { LoggerService } from '@nestjs/common'

/** A logger for Nest that keeps the lines of warnings and errors. */
export function collectedLines(lines: string[]): LoggerService {
  const keep = (line: unknown) => void lines.push(String(line))
  return { log: () => {}, warn: keep, error: keep }
}
