// Sobol points: they fill a cube more evenly than random ones do, however many are drawn. docs/math/tuning.md
//
// Direction numbers: Joe and Kuo 2008, new-joe-kuo-6.21201, dimensions 2 to 16.
import { MatineeError } from './errors.ts'
import { seededRandom } from './random.ts'

const BITS = 32

/** For each dimension but the first: the polynomial's inner coefficients as bits, and m_1 … m_s, s being its degree. */
const joeKuo: readonly (readonly [a: number, m: readonly number[]])[] = [
  [0, [1]], [1, [1, 3]], [1, [1, 3, 1]], [2, [1, 1, 1]], [1, [1, 1, 3, 3]], [4, [1, 3, 5, 13]], [2, [1, 1, 5, 5, 17]],
  [4, [1, 1, 5, 5, 5]], [7, [1, 1, 7, 11, 19]], [11, [1, 1, 5, 1, 1]], [13, [1, 1, 1, 3, 11]], [14, [1, 3, 5, 5, 31]],
  [1, [1, 3, 3, 9, 7, 49]], [13, [1, 1, 1, 15, 21, 21]], [16, [1, 3, 1, 13, 27, 49]],
]

/** Dimensions that `sobolPoint` knows. */
export const SOBOL_DIMENSIONS = joeKuo.length + 1

/**
 * The index-th point of the sequence, shifted by the seed: [dimensions], each in [0, 1), a multiple of 2⁻³².
 *
 * index: an integer in [0, 2³²). The shift (an exclusive or of all points of a dimension with one random word) keeps the
 * evenness, so that other seeds give other points of the same quality. Throws ERR_OPTION for more than SOBOL_DIMENSIONS.
 */
export function sobolPoint(index: number, dimensions: number, seed: number): number[] {
  if (dimensions > SOBOL_DIMENSIONS) throw new MatineeError('ERR_OPTION', `${dimensions} dimensions were asked for, expected at most ${SOBOL_DIMENSIONS}.`)
  const gray = index ^ (index >>> 1) // the order of Antonov and Saleev 1979, in which the sequence is published
  return Array.from({ length: dimensions }, (_, dimension) => {
    let bits = seededRandom(seed, dimension).uint32()
    const directions = directionsOf(dimension)
    for (let bit = 0; bit < BITS; bit++) if ((gray >>> bit) & 1) bits ^= directions[bit]
    return (bits >>> 0) / 0x100000000
  })
}

// v_i = m_i / 2^i as 32-bit fractions, by the recurrence of the dimension's primitive polynomial (Joe and Kuo 2008, eq. 2).
function directionsOf(dimension: number): Uint32Array {
  const v = new Uint32Array(BITS)
  if (dimension === 0) return v.map((_, at) => 1 << (BITS - 1 - at))
  const [a, m] = joeKuo[dimension - 1]
  const s = m.length
  for (let at = 0; at < BITS; at++) {
    if (at < s) {
      v[at] = m[at] << (BITS - 1 - at)
      continue
    }
    v[at] = v[at - s] ^ (v[at - s] >>> s)
    for (let k = 1; k < s; k++) if ((a >>> (s - 1 - k)) & 1) v[at] ^= v[at - k]
  }
  return v
}
