// Sobol points against scipy's, and by the law that they are made for.
import { expect, test } from 'vitest'
import { MatineeError, SOBOL_DIMENSIONS, sobolPoint } from '../../src/base/index.ts'

// The shift is an exclusive or, so that of two points cancels out; point 0 of the unshifted sequence is the origin.
const unshifted = (index: number, dimensions: number): number[] => {
  const [point, origin] = [sobolPoint(index, dimensions, 5), sobolPoint(0, dimensions, 5)]
  return point.map((value, at) => ((value * 2 ** 32) ^ (origin[at] * 2 ** 32)) >>> 0)
}

test('points 777 and 1000 are those of scipy.stats.qmc.Sobol(16, scramble=False, bits=32), times 2³² (scipy 1.17.1)', () => {
  expect(unshifted(777, 16)).toEqual([
    2973761536, 4022337536, 700448768, 1178599424, 2730491904, 1530920960, 817889280, 3275751424,
    1497366528, 1388314624, 3200253952, 2990538752, 1648361472, 2034237440, 2445279232, 2210398208,
  ])
  expect(unshifted(1000, 16)).toEqual([
    943718400, 415236096, 2227175424, 2906652672, 1203765248, 3896508416, 197132288, 3862953984,
    2151677952, 297795584, 364904448, 1094713344, 692060160, 1648361472, 616562688, 1589641216,
  ])
})

test('the first 2^m points have one in each of 2^m equal intervals, in every dimension and for every seed', () => {
  for (const seed of [0, 1, 42, 4_294_967_295]) {
    for (const m of [1, 4, 7]) {
      const points = Array.from({ length: 2 ** m }, (_, index) => sobolPoint(index, SOBOL_DIMENSIONS, seed))
      for (let dimension = 0; dimension < SOBOL_DIMENSIONS; dimension++) {
        const intervals = points.map(point => Math.floor(point[dimension] * 2 ** m)).sort((a, b) => a - b)
        expect(intervals, `seed ${seed}, dimension ${dimension}`).toEqual(Array.from(points, (_, interval) => interval))
      }
    }
  }
})

test('another seed gives other points; more dimensions than there are numbers for are refused', () => {
  expect(sobolPoint(3, 4, 1)).not.toEqual(sobolPoint(3, 4, 2))
  expect(() => sobolPoint(0, SOBOL_DIMENSIONS + 1, 1)).toThrow(MatineeError)
})
