// Seeded random numbers and a seeded hash, with the same bits everywhere.
import { log } from './math.ts'

/** A stream of random numbers. Two streams with the same seed give the same numbers. */
export interface Random {
  /** Uniform integer in [0, 2³²). */
  uint32(): number
  /** Uniform in [0, 1), a multiple of 2⁻⁵³. */
  uniform(): number
  /** Uniform integer in [0, n), 1 ≤ n ≤ 2³². */
  below(n: number): number
  /** What `below(n)` gives, once for each place of `out`; 1 ≤ n ≤ 2³¹. */
  fillBelow(n: number, out: Int32Array): void
  /** Standard normal (Marsaglia's polar method). */
  normal(): number
}

/** sfc32 (Chris Doty-Humphrey, PractRand), seeded with any number of 32-bit words. */
export function seededRandom(...seed: readonly number[]): Random {
  let [a, b, c] = [0x9e3779b9, 0x243f6a88, 0xb7e15162]
  let counter = 1
  const uint32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum | 0
    return sum >>> 0
  }
  for (const word of seed) {
    a ^= Math.floor(word) | 0
    b ^= Math.floor(word / 0x100000000) | 0
    for (let round = 0; round < 12; round++) uint32()
  }
  const uniform = (): number => ((uint32() >>> 5) * 67108864 + (uint32() >>> 6)) / 9007199254740992
  const below = (n: number): number => {
    const limit = 0x100000000 - (0x100000000 % n) // no bias: what does not fit is drawn again
    for (;;) {
      const draw = uint32()
      if (draw < limit) return draw % n
    }
  }
  // The state in variables of one call: those of the closure are objects on the heap, made anew by every draw.
  const fillBelow = (n: number, out: Int32Array): void => {
    const limit = 0x100000000 - (0x100000000 % n)
    let [p, q, r, t] = [a | 0, b | 0, c | 0, counter | 0]
    for (let at = 0; at < out.length;) {
      const sum = (((p + q) | 0) + t) | 0
      t = (t + 1) | 0
      p = q ^ (q >>> 9)
      q = (r + (r << 3)) | 0
      r = ((r << 21) | (r >>> 11)) + sum | 0
      const draw = sum >>> 0
      // draw % n, sooner: a quotient of integers below 2³² is never rounded up to the next integer
      if (draw < limit) out[at++] = draw - n * Math.floor(draw / n)
    }
    a = p
    b = q
    c = r
    counter = t
  }
  let spare: number | undefined
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare
      spare = undefined
      return value
    }
    for (;;) {
      const u = 2 * uniform() - 1
      const v = 2 * uniform() - 1
      const square = u * u + v * v
      if (square > 0 && square < 1) {
        const scale = Math.sqrt((-2 * log(square)) / square)
        spare = v * scale
        return u * scale
      }
    }
  }
  return { uint32, uniform, below, fillBelow, normal }
}

/**
 * A seeded 53-bit hash of a list of strings, an integer in [0, 2⁵³); cyrb53 (bryc, public domain).
 * Used to break ties in a way that depends on neither the order of a file nor the machine.
 */
export function hash53(seed: number, ...parts: readonly string[]): number {
  let a = 0xdeadbeef ^ seed
  let b = 0x41c6ce57 ^ Math.floor(seed / 0x100000000)
  const mix = (unit: number): void => {
    a = Math.imul(a ^ unit, 2654435761)
    b = Math.imul(b ^ unit, 1597334677)
  }
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) mix(part.charCodeAt(i))
    mix(0x10000) // no UTF-16 unit: keeps ['ab', 'c'] apart from ['a', 'bc']
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return 4294967296 * (2097151 & b) + (a >>> 0)
}
