// The memory of a version that answers no more, given back at once.
//
// A version's kernels hold shared WebAssembly memories, which V8 does not count as a reason to collect: without this the process
// grew by 6.7 MB and 16 GiB of addresses a swap (ML-100K, 256 factors) until a collection happened to come (decision 30).
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

let collect: (() => void) | undefined

/** Collects garbage when what runs now is over, and with it the last use of a former version. */
export function collectSoon(): void {
  if (!collect) {
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc') as () => void
  }
  setImmediate(collect)
}
