import type { Runtime } from '../runtime.ts'
import { freshnessOf } from './asset-freshness.ts'

/** Most assets kept; a page uses a handful. */
const mostEntries = 64

/** A complete static asset. */
export interface CachedAsset {
  readonly headers: Headers
  readonly bytes: Uint8Array<ArrayBuffer>
  /** The same, packed once for all browsers that take it; undefined until that is done, or where it does not pay. */
  gzipped: Uint8Array<ArrayBuffer> | undefined
  readonly storedAt: number
  readonly freshUntil: number
}

/** Takes the chunks of an asset while they pass to the first browser. */
export interface AssetCollector {
  add(chunk: Uint8Array): void
  /** @param complete whether the asset is whole; else it is forgotten. */
  end(complete: boolean): void
}

/**
 * Static assets by URL, as they are and gzipped, in a bounded number and size. What is still being collected counts, so
 * that slow browsers on many URLs cannot fill the memory.
 */
export class AssetCache {
  readonly #runtime: Runtime
  readonly #maxBytes: number
  /** Least recently used first. */
  readonly #assets = new Map<string, CachedAsset>()
  #bytes = 0

  constructor(runtime: Runtime, maxBytes: number) {
    this.#runtime = runtime
    this.#maxBytes = maxBytes
  }

  /** A fresh asset. */
  find(url: string): CachedAsset | undefined {
    const asset = this.#assets.get(url)
    if (!asset) return undefined
    this.#assets.delete(url)
    if (asset.freshUntil <= this.#runtime.now()) {
      this.#bytes -= sizeOf(asset)
      return undefined
    }
    this.#assets.set(url, asset)
    return asset
  }

  /** @returns undefined for an answer that may not be kept. */
  collector(url: string, headers: Headers): AssetCollector | undefined {
    const freshMs = freshnessOf(headers)
    if (freshMs === 0) return undefined
    const storedAt = this.#runtime.now()
    let chunks: Uint8Array[] | undefined = []
    let bytes = 0
    const giveUp = () => {
      chunks = undefined
      this.#bytes -= bytes
      bytes = 0
    }
    return {
      add: (chunk) => {
        if (!chunks) return
        if (!this.#makeRoom(chunk.byteLength)) return giveUp()
        chunks.push(chunk)
        bytes += chunk.byteLength
        this.#bytes += chunk.byteLength
      },
      end: (complete) => {
        if (!chunks) return
        const whole = complete ? joined(chunks, bytes) : undefined
        giveUp()
        if (whole)
          this.#store(url, {
            headers,
            bytes: whole,
            gzipped: undefined,
            storedAt,
            freshUntil: storedAt + freshMs,
          })
      },
    }
  }

  #store(url: string, asset: CachedAsset): void {
    this.#forget(url)
    if (this.#assets.size >= mostEntries) this.#forgetOldest()
    if (!this.#makeRoom(sizeOf(asset))) return
    this.#assets.set(url, asset)
    this.#bytes += sizeOf(asset)
    this.#runtime.gzip(asset.bytes).then((gzipped) => this.#addGzipped(url, asset, gzipped), ignore)
  }

  #addGzipped(url: string, asset: CachedAsset, gzipped: Uint8Array<ArrayBuffer>): void {
    if (this.#assets.get(url) !== asset || gzipped.byteLength >= asset.bytes.byteLength) return
    if (this.#bytes + gzipped.byteLength > this.#maxBytes) return
    asset.gzipped = gzipped
    this.#bytes += gzipped.byteLength
  }

  /** @returns whether there is room, once the least recently used have made way. */
  #makeRoom(bytes: number): boolean {
    while (this.#bytes + bytes > this.#maxBytes && this.#assets.size > 0) this.#forgetOldest()
    return this.#bytes + bytes <= this.#maxBytes
  }

  #forgetOldest(): void {
    const [oldest] = this.#assets.keys()
    if (oldest !== undefined) this.#forget(oldest)
  }

  #forget(url: string): void {
    const asset = this.#assets.get(url)
    if (!asset) return
    this.#assets.delete(url)
    this.#bytes -= sizeOf(asset)
  }
}

function sizeOf({ bytes, gzipped }: CachedAsset): number {
  return bytes.byteLength + (gzipped?.byteLength ?? 0)
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}

function ignore(): void {}
