import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Bytes that this process holds on to, in its heap and in buffers, after a garbage collection. */
export function heldBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  collect() // what the first one let go of has buffers that only a second one frees
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
