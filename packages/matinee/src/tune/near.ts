// A point beside the best ones: one of them, moved in every dimension by about as far as they lie apart. docs/math/tuning.md
import type { Random } from '@matinee/core'
import type { Space } from './space.ts'

type Point = readonly number[]

const ELITE = 5
/** Of the cube's side. */
const LEAST_STEP = 0.05

/** ranked: points of the cube, the best first; a random point where there are none. */
export function near({ dimensions }: Space, ranked: readonly Point[], random: Random): number[] {
  if (ranked.length === 0) return dimensions.map(() => random.uniform())
  const elite = ranked.slice(0, ELITE)
  const parent = elite[random.below(elite.length)]
  return dimensions.map((dimension, at) => {
    if (dimension.kind === 'choice') return random.below(2) === 0 ? parent[at] : random.uniform()
    const step = Math.max(LEAST_STEP, deviation(elite.map(point => point[at])))
    return reflected(parent[at] + step * random.normal())
  })
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / values.length)
}

// What leaves the cube comes back from its wall.
function reflected(u: number): number {
  const folded = Math.abs(u) % 2
  return folded > 1 ? 2 - folded : folded
}
