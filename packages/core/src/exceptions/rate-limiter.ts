/** How many exceptions of one type pass, and how fast new ones may follow. */
export interface RateLimiterOptions {
  /** Exceptions of one type that pass at once. @default 10 */
  readonly bucketSize?: number
  /** How many more pass after each interval. @default 1 */
  readonly refillRate?: number
  /** Milliseconds. @default 10_000 */
  readonly refillIntervalMs?: number
}

interface Bucket {
  tokens: number
  /** When the last whole interval was credited. */
  since: number
}

/** Types beyond this make the longest silent one forgotten, so that invented names cannot fill the memory. */
const maxTypes = 1000
const longestType = 256

/** Lets a burst of each type of exception through and then a trickle, so that an error in a loop does not become a bill. */
export class RateLimiter {
  readonly #bucketSize: number
  readonly #refillRate: number
  readonly #refillIntervalMs: number
  readonly #buckets = new Map<string, Bucket>()

  constructor({ bucketSize = 10, refillRate = 1, refillIntervalMs = 10_000 }: RateLimiterOptions = {}) {
    this.#bucketSize = bucketSize
    this.#refillRate = refillRate
    this.#refillIntervalMs = refillIntervalMs
  }

  /** Whether one more exception of this type may be sent at `now` (milliseconds), and counts it if so. */
  allow(type: string, now: number): boolean {
    const key = type.slice(0, longestType)
    const bucket = this.#buckets.get(key) ?? { tokens: this.#bucketSize, since: now }
    this.#refill(bucket, now)
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    this.#forgetOldest()
    if (bucket.tokens < 1) return false
    bucket.tokens--
    return true
  }

  #refill(bucket: Bucket, now: number): void {
    // A clock set back starts the interval anew rather than stopping the refill until it catches up.
    if (now < bucket.since) bucket.since = now
    const intervals = Math.floor((now - bucket.since) / this.#refillIntervalMs)
    bucket.tokens = Math.min(this.#bucketSize, bucket.tokens + intervals * this.#refillRate)
    bucket.since += intervals * this.#refillIntervalMs
  }

  #forgetOldest(): void {
    if (this.#buckets.size <= maxTypes) return
    const [oldest] = this.#buckets.keys()
    if (oldest !== undefined) this.#buckets.delete(oldest)
  }
}
