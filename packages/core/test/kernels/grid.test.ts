import { expect, test } from 'vitest'
import { trainingSet } from '../../src/dataset/index.ts'
import { deal, gridOf, itemBlockOf, mostItemsOf } from '../../src/kernels/grid.ts'
import { randomInteractions } from '../random-problem.ts'

const { byUser, byItem } = trainingSet(randomInteractions(120, 600, 0.1, 2), 'binary')
const grid = gridOf(byUser, byItem)
const epochs = Array.from({ length: 60 }, (_, epoch) => deal(grid, byItem.nRows, 5, epoch))

test('users and items with interactions are in one block each, and blocks are of a size', () => {
  expect(grid.n).toBe(8)
  expect([grid.userStarts[0], grid.userStarts[grid.n]]).toEqual([0, 120])
  for (let block = 0; block < grid.n; block++) {
    const share = (byUser.indptr[grid.userStarts[block + 1]] - byUser.indptr[grid.userStarts[block]]) / byUser.indices.length
    expect(Math.abs(share - 1 / grid.n)).toBeLessThan(0.05)
  }
  for (const { starts, items, blockOf, placeOf } of epochs) {
    expect([...items].sort((a, b) => a - b)).toEqual([...grid.byPopularity].sort((a, b) => a - b))
    items.forEach((item, at) => expect(starts[blockOf[item]] + placeOf[item]).toBe(at))
    const lengths = Array.from({ length: grid.n }, (_, block) => starts[block + 1] - starts[block])
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(2)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(mostItemsOf(grid))
  }
})

test('blocks of one round share no items, and in an epoch every user block meets every item block once', () => {
  const pairs = new Set<string>()
  for (let round = 0; round < grid.n; round++) {
    const met = Array.from({ length: grid.n }, (_, userBlock) => itemBlockOf(grid, round, userBlock))
    expect(new Set(met).size).toBe(grid.n)
    met.forEach((itemBlock, userBlock) => pairs.add(`${userBlock} ${itemBlock}`))
  }
  expect(pairs.size).toBe(grid.n ** 2)
})

test('any two items are in one block in some epoch, neighbours in popularity too', () => {
  const [first, second] = grid.byPopularity
  const together = epochs.filter(({ blockOf }) => blockOf[first] === blockOf[second]).length
  expect(together).toBeGreaterThan(0)
  expect(together).toBeLessThan(epochs.length / 2)
})

test('a large catalogue with many users has more blocks, so that what a user had fits a mebibyte of bits', () => {
  const sized = (nUsers: number, nItems: number) => {
    const users = { nRows: nUsers, nColumns: nItems, indptr: new Uint32Array(nUsers + 1), indices: new Int32Array(), values: new Float32Array() }
    const items = { ...users, nRows: nItems, nColumns: nUsers, indptr: Uint32Array.from({ length: nItems + 1 }, (_, item) => item) }
    return gridOf(users, items).n
  }
  expect(sized(10, 20)).toBe(1)
  expect(sized(943, 1682)).toBe(8)
  expect(sized(138_493, 26_744)).toBe(32)
  expect(sized(1_000_000, 100_000)).toBe(64)
})
