import type { Hedgerow } from '@hedgerow/core'
import {
  createNotes,
  type RequestLayer,
  type ResponseWatch,
  type ResponseWatchParts,
  watchNodeResponse,
} from '@hedgerow/core/adapter'
import type { Response } from 'express'

const watches = createNotes<ResponseWatch>()
const layers = new WeakMap<Hedgerow, RequestLayer[]>()

/** Begins the one watch of a response, whatever number of clients looks at it. */
export function watchOf(res: Response, parts: ResponseWatchParts): ResponseWatch {
  const watch = watchNodeResponse(res, parts)
  watches.set(res, watch)
  return watch
}

/** The watch of a response that went through the middleware. */
export function knownWatchOf(res: Response): ResponseWatch | undefined {
  return watches.get(res)
}

/** Keeps a mount of a client where its shutdown finds it. */
export function rememberLayer(client: Hedgerow, layer: RequestLayer): void {
  layers.set(client, [...layersOf(client), layer])
}

/** All mounts of a client. */
export function layersOf(client: Hedgerow): readonly RequestLayer[] {
  return layers.get(client) ?? []
}
