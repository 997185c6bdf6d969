// The ceiling of this machine, measured: multiply and add in SIMD128 on one core.
import { instantiate, kernelMemory, kernelModule } from './module.ts'

const ROUNDS = 1_000_000
const FLOPS_A_ROUND = 12 * 2 * 4
const FACTOR = 0.999999 // the sums stay finite and normal
const TIMES = 30

/**
 * 10⁹ float32 operations a second that one core does at best in WebAssembly, which has no fused multiply-add outside
 * relaxed SIMD. The best of thirty, a tenth of a second in all: the first run in V8's baseline code.
 */
export async function simdPeak(): Promise<number> {
  const { multiplyAdd } = instantiate(await kernelModule(false), kernelMemory(1, false))
  let seconds = Infinity
  for (let time = 0; time < TIMES; time++) {
    const begun = performance.now()
    multiplyAdd(ROUNDS, FACTOR)
    seconds = Math.min(seconds, (performance.now() - begun) / 1000)
    await new Promise(resolve => setTimeout(resolve)) // the optimised code arrives on another thread
  }
  return ROUNDS * FLOPS_A_ROUND / seconds / 1e9
}
