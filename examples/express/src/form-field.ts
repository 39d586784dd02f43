import type { Request } from 'express'

/** A text field of a submitted form, trimmed; empty when it is missing. */
export function formField(req: Request, name: string): string {
  const fields: unknown = req.body
  if (typeof fields !== 'object' || fields === null || !Object.hasOwn(fields, name)) return ''
  const value: unknown = Reflect.get(fields, name)
  return typeof value === 'string' ? value.trim() : ''
}
