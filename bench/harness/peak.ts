// The ceiling of this machine, measured: SIMD128 multiply-and-add and memory reads of one core in WebAssembly.
import { readFileSync } from 'node:fs'
import asc from 'assemblyscript/asc'
import { simdPeak } from '@matinee/core'
import { inRoot } from '../../tools/paths.mjs'
import { significant } from './statistics.ts'

/** Of one core. */
export interface Peak {
  /** 10⁹ float32 operations a second; no fused multiply-add, which WebAssembly has only in relaxed SIMD. */
  readonly gflops: number
  /** 10⁹ bytes a second, from a memory that no cache holds. */
  readonly readGBs: number
}

const BYTES = 512 * 2 ** 20

/** The best of five, after V8 has replaced its baseline code. */
export async function measurePeak(): Promise<Peak> {
  const source = readFileSync(inRoot('bench', 'assembly', 'peak.ts'), 'utf8')
  const { error, binary, stderr } = await asc.compileString(source, { optimizeLevel: 3, noAssert: true, runtime: 'stub', enable: ['simd'], initialMemory: BYTES / 65_536 })
  if (error || !binary) throw new Error(`bench/assembly/peak.ts does not compile: ${stderr.toString()}`)
  const { instance } = await WebAssembly.instantiate(Uint8Array.from(binary))
  const { read, memory } = instance.exports as { read: (size: number) => number, memory: WebAssembly.Memory }
  new Uint8Array(memory.buffer).fill(1) // pages that were never written are all the same page
  const best = (work: () => number): number => {
    let seconds = Infinity
    for (let time = 0; time < 6; time++) {
      const begun = performance.now()
      work()
      if (time > 0) seconds = Math.min(seconds, (performance.now() - begun) / 1000)
    }
    return seconds
  }
  read(65_536)
  await new Promise(resolve => setTimeout(resolve, 200)) // the optimised code arrives on another thread
  return {
    gflops: significant(await simdPeak()),
    readGBs: significant(BYTES / best(() => read(BYTES)) / 1e9),
  }
}
