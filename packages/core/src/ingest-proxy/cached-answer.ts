import type { CachedAsset } from './asset-cache.ts'
import type { IngestCall } from './ingest-call.ts'

const pieceBytes = 64 * 1024

/** An asset from memory as the answer to a call, packed for a browser that takes it so. */
export function cachedAnswer(asset: CachedAsset, call: IngestCall, now: number): Response {
  const headers = new Headers(asset.headers)
  headers.set('age', String(ageOf(asset, now)))
  headers.set('vary', 'accept-encoding')
  const etag = headers.get('etag')
  if (etag !== null && namesTag(call.header('if-none-match'), etag)) {
    headers.delete('content-length')
    return new Response(null, { status: 304, headers })
  }
  const packed = acceptsGzip(call.header('accept-encoding')) ? asset.gzipped : undefined
  if (packed) {
    headers.set('content-encoding', 'gzip')
    // The tag that names the bytes of the one must not name those of the other.
    if (etag !== null && !etag.startsWith('W/')) headers.set('etag', `W/${etag}`)
  }
  const body = packed ?? asset.bytes
  headers.set('content-length', String(body.byteLength))
  return new Response(call.method === 'HEAD' ? null : inPieces(body), { headers })
}

/** The asset's own bytes, not a copy for each browser, and no more of them at a time than a connection takes. */
function inPieces(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (at >= bytes.byteLength) return controller.close()
        controller.enqueue(bytes.subarray(at, (at += pieceBytes)))
      },
    },
    { highWaterMark: 0 },
  )
}

function ageOf({ headers, storedAt }: CachedAsset, now: number): number {
  const before = Number(headers.get('age') ?? 0)
  return (Number.isFinite(before) ? before : 0) + Math.max(0, Math.floor((now - storedAt) / 1000))
}

function namesTag(ifNoneMatch: string | undefined, etag: string): boolean {
  const bare = (tag: string) => tag.trim().replace(/^W\//, '')
  const asked = ifNoneMatch?.split(',').map(bare) ?? []
  return asked.includes('*') || asked.includes(bare(etag))
}

function acceptsGzip(acceptEncoding = ''): boolean {
  return acceptEncoding.split(',').some((part) => /^\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/i.test(part))
}
