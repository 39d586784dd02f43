import { beginSha1, sha1Block } from './sha1.ts'
import { packUtf8 } from './utf8-words.ts'

/** What follows an id in the hashed text: nothing for rollouts and holdouts, `variant` for the choice of a variant. */
export type Salt = '' | 'variant'

/** What stands before the ids in hashed texts, such as `my-flag.` or `holdout-`: its place in the store of a `Bucketing`. */
export type BucketPrefix = number

const blockWords = 16
/** More than ids of a few thousand characters need. */
const usualWords = 4096
const variantSalt = new Int32Array(2)
const variantSaltLength = packUtf8('variant', variantSalt)

/**
 * Maps ids to numbers from 0 to 1, the same for ever: the first 60 bits of SHA-1 over prefix, id and salt, as a fraction,
 * bit for bit as the other PostHog libraries have it. Owns the buffers of the computation, so that it allocates nothing.
 */
export class Bucketing {
  /** What holdouts hash in front of the id: no flag key, so that every flag holds out the same ids. */
  readonly holdout: BucketPrefix
  /** Length in bytes, then the words, of one prefix after another: an array for each would outweigh its flag. */
  #prefixes = new Int32Array(4 * blockWords)
  #prefixesEnd = 0
  #id: string | undefined
  #idWords = new Int32Array(2 * blockWords)
  #idLength = 0
  #message = new Int32Array(4 * blockWords)
  readonly #state = new Int32Array(5)
  #lastPrefix = -1
  #lastSalt: Salt = ''
  #lastBucket = 0

  constructor() {
    this.holdout = this.prefix('holdout-')
  }

  /** Stores a prefix; its last character is ASCII, so that nothing it ends with pairs with what an id begins with. */
  prefix(text: string): BucketPrefix {
    const place = this.#prefixesEnd
    const room = place + text.length + 2
    if (room > this.#prefixes.length) this.#prefixes = resized(this.#prefixes, room * 2)
    const words = this.#prefixes.subarray(place + 1)
    const length = packUtf8(text, words)
    this.#prefixes[place] = length
    this.#prefixesEnd = place + 1 + ((length + 3) >> 2)
    return place
  }

  bucket(prefix: BucketPrefix, id: string, salt: Salt): number {
    if (id !== this.#id) this.#pack(id)
    // The conditions of a flag share one bucket.
    else if (prefix === this.#lastPrefix && salt === this.#lastSalt) return this.#lastBucket
    const prefixes = this.#prefixes
    const prefixLength = prefixes[prefix]!
    const most = prefixLength + this.#idLength + variantSaltLength
    const message = this.#messageFor(most)
    let end = append(message, 0, prefixes, prefix + 1, prefixLength)
    end = append(message, end, this.#idWords, 0, this.#idLength)
    if (salt !== '') end = append(message, end, variantSalt, 0, variantSaltLength)
    const words = ((end + 8) >> 6) * blockWords + blockWords
    terminate(message, end, words)
    const state = this.#state
    beginSha1(state)
    for (let word = 0; word < words; word += blockWords) sha1Block(state, message, word)
    this.#lastPrefix = prefix
    this.#lastSalt = salt
    // 2^60 is what 0xfffffffffffffff, the divisor of the protocol, is as a double. The sum rounds once, as parsing the 15
    // digits does.
    this.#lastBucket = ((state[0]! >>> 0) * 0x1000_0000 + (state[1]! >>> 4)) * 2 ** -60
    return this.#lastBucket
  }

  #pack(id: string): void {
    this.#idWords = fitting(this.#idWords, id.length + 1)
    this.#idLength = packUtf8(id, this.#idWords)
    this.#id = id
    this.#lastPrefix = -1
  }

  #messageFor(bytes: number): Int32Array {
    this.#message = fitting(this.#message, (bytes >> 2) + 2 * blockWords)
    return this.#message
  }
}

/** A buffer that an enormous id made does not outlive it. */
function fitting(buffer: Int32Array<ArrayBuffer>, words: number): Int32Array<ArrayBuffer> {
  const isFit = words <= buffer.length && buffer.length <= usualWords
  return isFit ? buffer : new Int32Array(Math.max(words, 4 * blockWords))
}

function resized(buffer: Int32Array<ArrayBuffer>, words: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(words)
  larger.set(buffer)
  return larger
}

/**
 * Writes bytes behind the first `position` bytes of a message of big-endian words.
 *
 * @param words from word `from` on; zero behind the last of `byteLength` bytes.
 */
function append(
  message: Int32Array,
  position: number,
  words: Int32Array,
  from: number,
  byteLength: number,
): number {
  const end = from + ((byteLength + 3) >> 2)
  const shift = (position & 3) << 3
  let at = position >> 2
  if (shift === 0) {
    for (let index = from; index < end; index++) message[at++] = words[index]!
    return position + byteLength
  }
  let carry = message[at]!
  for (let index = from; index < end; index++) {
    const word = words[index]!
    message[at++] = carry | (word >>> shift)
    carry = word << (32 - shift)
  }
  message[at] = carry
  return position + byteLength
}

/** Ends a message as SHA-1 wants it (FIPS 180-4, 5.1.1): a bit, zeros, and the length in bits. */
function terminate(message: Int32Array, end: number, words: number): void {
  const at = end >> 2
  const shift = (end & 3) << 3
  message[at] = (shift === 0 ? 0 : message[at]!) | (0x8000_0000 >>> shift)
  for (let word = at + 1; word < words - 1; word++) message[word] = 0
  message[words - 1] = end << 3
}
