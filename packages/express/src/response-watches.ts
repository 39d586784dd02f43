import type { ResponseWatch } from '@hedgerow/core/adapter'
import type { Response } from 'express'

const watches = new WeakMap<Response, ResponseWatch>()

/** Keeps a response's watch where the error observer finds it. */
export function rememberWatch(res: Response, watch: ResponseWatch): void {
  watches.set(res, watch)
}

/** The watch of a response that went through the middleware. */
export function watchOf(res: Response): ResponseWatch | undefined {
  return watches.get(res)
}
