// One value by its place, against sorting.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nthGreatest } from '../../src/base/index.ts'

const few = fc.constantFrom(-Infinity, -2, -0.5, 0, 1, 1.5, 7, Infinity) // so that many are equal
const someValues = fc.oneof(fc.array(few, { minLength: 1, maxLength: 60 }), fc.array(fc.float({ noNaN: true }), { minLength: 1, maxLength: 60 }))

test('is what stands there once they are sorted, and the values are still the same ones', () => {
  fc.assert(fc.property(someValues, fc.nat(), fc.boolean(), (values, place, isDouble) => {
    const array = isDouble ? Float64Array.from(values) : Float32Array.from(values)
    const sorted = array.slice().sort()
    const n = 1 + place % array.length
    expect(nthGreatest(array, n) + 0).toBe(sorted[array.length - n] + 0) // 0 and −0 are one value
    expect(array.sort()).toEqual(sorted)
  }))
})

test('of rising, falling and equal values', () => {
  const n = 1000
  const rising = Float64Array.from({ length: n }, (_, at) => at)
  for (const values of [rising, rising.slice().reverse(), new Float64Array(n).fill(3)]) {
    const sorted = values.slice().sort()
    for (const place of [1, 2, 500, 999, 1000]) expect(nthGreatest(values.slice(), place)).toBe(sorted[n - place])
  }
})
