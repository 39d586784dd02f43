import { boundedText } from './bounded-text.ts'
import { callSite } from './call-site.ts'
import type { CallSite } from './call-site.ts'
import { isOwnScript, moduleName, relativePath } from './script-path.ts'

/** One frame of a `raw` stack trace, as PostHog reads it. */
export interface ExceptionFrame {
  readonly platform: 'node:javascript'
  /** Relative to the working directory where there is one, `/` on every system. */
  readonly filename: string
  readonly function: string
  readonly module?: string
  readonly lineno?: number
  readonly colno?: number
  readonly in_app: boolean
  readonly context_line?: string
  readonly pre_context?: readonly string[]
  readonly post_context?: readonly string[]
}

const maxFrames = 50
const maxLines = 500
const longestFilename = 512
const longestName = 256

/** The call sites of a V8 stack, outermost first; of a deeper one the 50 nearest to the error. */
export function stackFrames(trace: string, workingDirectory: string | undefined): ExceptionFrame[] {
  const frames: ExceptionFrame[] = []
  for (const line of trace.split('\n', maxLines)) {
    const site = callSite(line)
    if (site) frames.push(frameOf(site, workingDirectory))
    if (frames.length === maxFrames) break
  }
  return frames.reverse()
}

/** A stack without the message above its call sites, whose lines may look like call sites themselves. */
export function withoutHeader(stack: string, message: string): string {
  const firstSite = stack.indexOf('\n    at ')
  const start = message === '' ? -1 : stack.indexOf(message)
  // A message changed after the throw may occur anywhere, in a path for instance.
  if (start >= 0 && start < firstSite) return stack.slice(start + message.length)
  return stack.slice(Math.max(firstSite, 0))
}

function frameOf(site: CallSite, workingDirectory: string | undefined): ExceptionFrame {
  const filename = boundedText(relativePath(site.script, workingDirectory), longestFilename)
  const module = moduleName(filename)
  return {
    platform: 'node:javascript',
    filename,
    function: boundedText(site.functionName, longestName),
    ...(module !== undefined && { module: boundedText(module, longestName) }),
    ...(site.line !== undefined && { lineno: site.line }),
    ...(site.column !== undefined && { colno: site.column }),
    in_app: site.line !== undefined && isOwnScript(site.script),
  }
}
