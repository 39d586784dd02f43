import { scriptPath } from './script-path.ts'

/** One line of a V8 stack. */
export interface CallSite {
  /** As V8 writes it, such as `new Basket`, `Layer.handle [as handle_request]`; `?` where it is anonymous. */
  readonly functionName: string
  /** A path, the URL of a script that is no file, or `<anonymous>`. */
  readonly script: string
  readonly line: number | undefined
  readonly column: number | undefined
}

const longestLine = 2048
const position = /^(.+?):(\d+)(?::(\d+))?$/

/** Reads one line of a V8 stack; undefined for a line that is none of its call sites. */
export function callSite(line: string): CallSite | undefined {
  const text = line.trim()
  if (text.length > longestLine || !text.startsWith('at ')) return undefined
  const call = text.slice(text.startsWith('at async ') ? 9 : 3)
  const open = call.endsWith(')') ? call.indexOf(' (') : -1
  const functionName = open < 0 ? '?' : call.slice(0, open).replace('<anonymous>', '?')
  const location = evaluated(open < 0 ? call : call.slice(open + 2, -1))
  const [, script, lineNumber, column] = position.exec(location) ?? []
  if (script === undefined) {
    // `native`, `index 0` of `Promise.all` and the like; only WebAssembly names its script.
    const named = location.includes('://') ? location : '<anonymous>'
    return { functionName, script: named, line: undefined, column: undefined }
  }
  return { functionName, script: scriptPath(script), line: whole(lineNumber), column: whole(column) }
}

/** `eval at <where> (<position>), <script>:1:6`: line and column belong to the evaluated script at the end. */
function evaluated(location: string): string {
  return location.startsWith('eval at ') ? location.slice(location.lastIndexOf(', ') + 2) : location
}

function whole(digits: string | undefined): number | undefined {
  const number = Number(digits)
  return Number.isSafeInteger(number) ? number : undefined
}
