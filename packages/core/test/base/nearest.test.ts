// The ids that a typing mistake most likely meant.
import { expect, test } from 'vitest'
import { nearestIds } from '../../src/base/index.ts'

test('nearer ids come first, equally near ones in the order given', () => {
  // distances to kitten: 3, 1, 0, 1, 2
  expect(nearestIds('kitten', ['sitting', 'mitten', 'kitten', 'bitten', 'kite'])).toEqual(['kitten', 'mitten', 'bitten'])
})
test('an insertion, a deletion and a replacement cost one each', () => {
  expect(nearestIds('u42', ['u4', 'u422', 'u43', 'x99'], 3)).toEqual(['u4', 'u422', 'u43'])
})
test('a nearer id that comes late displaces a farther one', () => {
  expect(nearestIds('abc', ['xyz', 'abz', 'ayz', 'abc'], 2)).toEqual(['abc', 'abz'])
})
test('fewer ids than asked for are all given', () => {
  expect(nearestIds('a', ['b'], 3)).toEqual(['b'])
  expect(nearestIds('a', [], 3)).toEqual([])
})
