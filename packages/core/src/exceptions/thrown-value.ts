import { isError } from '../is-error.ts'
import { propertyOf } from './property-of.ts'
import { withoutHeader } from './stack-frames.ts'

/** What can be said of anything that was thrown. */
export interface ThrownValue {
  /** Name of the error, `Error` for what has none. */
  readonly type: string
  /** Message of any length, not yet scrubbed. */
  readonly message: string
  /** The call sites of its own stack, without the message above them. */
  readonly trace: string | undefined
  /** The error itself, whose causes may follow; undefined for values that are no errors. */
  readonly error: object | undefined
}

const prefixedText = /^(?:Uncaught )?([A-Z]\w{0,100}Error|Error): (.*)$/s
const maxKeys = 20

/** Describes any value and never throws, whatever its getters and proxies do. */
export function describeThrown(thrown: unknown): ThrownValue {
  if (typeof thrown === 'string') return describeText(thrown)
  if ((typeof thrown !== 'object' && typeof thrown !== 'function') || thrown === null) {
    return noError('Error', `Primitive value captured as exception: ${String(thrown)}`)
  }
  if (isError(thrown)) return describeError(thrown)
  const keys = keysOf(thrown)
  // `throw { error }` and the like: the error inside says more than the wrapper.
  const inner = keys.map((key) => propertyOf(thrown, key)).find(isError)
  return inner ? describeError(inner) : describeObject(thrown, keys)
}

function describeText(text: string): ThrownValue {
  const [, type, message] = prefixedText.exec(text) ?? []
  return type !== undefined && message !== undefined ? noError(type, message) : noError('Error', text)
}

function describeError(error: object): ThrownValue {
  const message = propertyOf(error, 'message')
  const text = typeof message === 'string' ? message : ''
  return { type: nameOf(error) ?? 'Error', message: text, trace: traceOf(error, text), error }
}

function describeObject(thrown: object, keys: readonly string[]): ThrownValue {
  const name = nameOf(thrown)
  const message = propertyOf(thrown, 'message')
  const kind = name ?? className(thrown)
  const subject = `${kind === undefined ? 'Object' : `'${kind}'`} captured as exception`
  const type = name ?? 'Error'
  if (typeof message === 'string') {
    return noError(type, `${subject} with message: '${message}'`, traceOf(thrown, message))
  }
  if (name !== undefined) return noError(type, subject, traceOf(thrown, ''))
  return noError(type, `${subject} with keys: ${keys.join(', ') || '[object has no keys]'}`)
}

function noError(type: string, message: string, trace?: string): ThrownValue {
  return { type, message, trace, error: undefined }
}

function nameOf(thrown: object): string | undefined {
  const name = propertyOf(thrown, 'name')
  return typeof name === 'string' && name !== '' ? name : undefined
}

function traceOf(thrown: object, message: string): string | undefined {
  const stack = propertyOf(thrown, 'stack')
  return typeof stack === 'string' ? withoutHeader(stack, message) : undefined
}

function className(thrown: object): string | undefined {
  const constructor = propertyOf(thrown, 'constructor')
  const name = typeof constructor === 'function' ? nameOf(constructor) : undefined
  return name === 'Object' ? undefined : name
}

/** Sorted, so that equal objects group together; indexes are counted, since a thrown buffer has millions of keys. */
function keysOf(thrown: object): string[] {
  try {
    if (!Array.isArray(thrown) && !ArrayBuffer.isView(thrown))
      return Object.keys(thrown).sort().slice(0, maxKeys)
    const length = propertyOf(thrown, 'length')
    return Array.from({ length: Math.min(Number(length) || 0, maxKeys) }, (_, index) => String(index))
  } catch {
    return []
  }
}
