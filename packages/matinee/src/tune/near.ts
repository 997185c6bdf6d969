// A point near the good ones and far from the others: a tree-structured Parzen estimator (Bergstra et al. 2011) with one
// Gaussian window for all dimensions. docs/math/tuning.md
import { exp, pow, type Random } from '@matinee/core'
import type { Space } from './space.ts'

type Point = readonly number[]

/** Of the points so far, how many count as good; at least three. */
const GOOD_SHARE = 1 / 5
const DRAWS = 24
/** The window's width in a cube's side, for one point in one dimension, and at least. */
const WIDTH = 0.25
const LEAST_WIDTH = 0.05
/** What either density is where no point is near, so that their quotient means something there. */
const BACKGROUND = 0.1

/** ranked: points of the cube, the best first. Of some draws around the good ones the one where good is likeliest against bad. */
export function near({ dimensions }: Space, ranked: readonly Point[], random: Random): number[] {
  if (ranked.length === 0) return dimensions.map(() => random.uniform())
  const nGood = Math.max(3, Math.ceil(GOOD_SHARE * ranked.length))
  const [good, bad] = [ranked.slice(0, nGood), ranked.slice(nGood)]
  const width = widthOf(good, dimensions.length)
  let best: number[] = []
  let bestQuotient = -Infinity
  for (let draw = 0; draw < DRAWS; draw++) {
    const parent = good[random.below(good.length)]
    const point = dimensions.map(({ kind }, at) => {
      if (kind === 'choice') return random.below(2) === 0 ? parent[at] : random.uniform()
      return reflected(parent[at] + width * random.normal())
    })
    const quotient = density(good, point) / density(bad, point)
    if (quotient > bestQuotient) [best, bestQuotient] = [point, quotient]
  }
  return best
}

// The mean of the points' windows, none of them normalised: both densities have nearly the same width.
function density(points: readonly Point[], at: Point): number {
  const width = widthOf(points, at.length)
  let sum = BACKGROUND
  for (const point of points) {
    let square = 0
    for (let k = 0; k < at.length; k++) square += (at[k] - point[k]) * (at[k] - point[k])
    sum += exp(-square / (2 * width * width))
  }
  return sum / (points.length + 1)
}

// Narrower the more points there are (Scott's rule).
const widthOf = ({ length }: readonly Point[], dimensions: number): number =>
  Math.max(LEAST_WIDTH, WIDTH * pow(Math.max(1, length), -1 / (4 + dimensions)))

// What leaves the cube comes back from its wall.
function reflected(u: number): number {
  const folded = Math.abs(u) % 2
  return folded > 1 ? 2 - folded : folded
}
