import { sha1Block, sha1Start } from './sha1.ts'
import { packUtf8 } from './utf8-words.ts'

/** What follows an id in the hashed text: nothing for rollouts and holdouts, `variant` for the choice of a variant. */
export type Salt = '' | 'variant'

/** What stands before the ids in hashed texts, such as `my-flag.` or `holdout-`, as whole blocks of words. */
export interface BucketPrefix {
  readonly words: Int32Array
  readonly byteLength: number
}

const blockWords = 16
/** More than ids of a few thousand characters need. */
const usualWords = 4096
const zeros = new Int32Array(blockWords)

/** Prepares a prefix; its last character is ASCII, so that nothing it ends with pairs with what an id begins with. */
export function bucketPrefix(text: string): BucketPrefix {
  const words = new Int32Array(blockWords * (((text.length * 3) >> 6) + 1))
  return { words, byteLength: packUtf8(text, words, 0) }
}

/**
 * Maps ids to numbers from 0 to 1, the same for ever: the first 60 bits of SHA-1 over prefix, id and salt, as a fraction,
 * bit for bit as the other PostHog libraries have it. Owns the buffers of the computation, so that it allocates nothing.
 */
export class Bucketing {
  readonly #state = new Int32Array(5)
  /** For each place in a word where a prefix may end, without and with the salt. */
  readonly #tails = [0, 1, 2, 3].flatMap((start) => [new Tail(start, ''), new Tail(start, 'variant')])

  bucket(prefix: BucketPrefix, id: string, salt: Salt): number {
    const { byteLength, words } = prefix
    const tail = this.#tails[((byteLength & 3) << 1) | (salt === '' ? 0 : 1)]!
    if (tail.id !== id) tail.pack(id)
    // The conditions of a flag share one bucket.
    else if (tail.prefix === prefix) return tail.bucket
    const end = byteLength + tail.byteLength
    const blocks = ((end + 8) >> 6) + 1
    const state = this.#state
    for (let word = 0; word < 5; word++) state[word] = sha1Start[word]!
    // Head and tail share a word at most, where each is zero at the other one's bytes.
    let j = blockWords - (byteLength >> 2)
    for (let i = 0; i < blocks * blockWords; i += blockWords, j += blockWords) {
      const inHead = i < words.length
      sha1Block(
        state,
        inHead ? words : zeros,
        inHead ? i : 0,
        j < 0 ? zeros : tail.words,
        j < 0 ? 0 : j,
        i === (blocks - 1) * blockWords ? end << 3 : 0,
      )
    }
    tail.prefix = prefix
    // 2^60 is what 0xfffffffffffffff, the divisor of the protocol, is as a double. The sum rounds once, as parsing the 15
    // digits does.
    tail.bucket = ((state[0]! >>> 0) * 0x1000_0000 + (state[1]! >>> 4)) * 2 ** -60
    return tail.bucket
  }
}

/** The part of a message that follows the prefix: id, salt and the bit that ends it. Remembers what was computed last. */
class Tail {
  id: string | undefined
  prefix: BucketPrefix | undefined
  bucket = 0
  /** One block of zeros, then the bytes from `start` on, then zeros enough for the last block. */
  words = new Int32Array(5 * blockWords)
  /** Of id and salt. */
  byteLength = 0
  readonly #start: number
  readonly #salt: Salt

  constructor(start: number, salt: Salt) {
    this.#start = blockWords * 4 + start
    this.#salt = salt
  }

  pack(id: string): void {
    const room = 3 * blockWords + ((id.length * 3) >> 2)
    // A buffer that an enormous id made does not outlive it.
    if (room > this.words.length || this.words.length > usualWords) {
      this.words = new Int32Array(Math.max(room, 5 * blockWords))
    }
    const { words } = this
    const used = Math.min((this.#start + this.byteLength) >> 2, words.length - 1)
    for (let word = blockWords; word <= used; word++) words[word] = 0
    let end = packUtf8(id, words, this.#start)
    if (this.#salt !== '') end = packUtf8(this.#salt, words, end)
    words[end >> 2] = words[end >> 2]! | (0x80 << (24 - ((end & 3) << 3)))
    this.byteLength = end - this.#start
    this.id = id
  }
}
