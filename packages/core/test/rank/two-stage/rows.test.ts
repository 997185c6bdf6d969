// From examples to rows: the label is kept, so many others are drawn, each as likely.
import { describe, expect, test } from 'vitest'
import type { FittedModel } from '../../../src/model/index.ts'
import type { Columns } from '../../../src/rank/features/contract.ts'
import type { RankingRows } from '../../../src/rank/index.ts'
import type { Example } from '../../../src/rank/two-stage/examples.ts'
import type { FirstStage } from '../../../src/rank/two-stage/first-stage.ts'
import { exampleRows } from '../../../src/rank/two-stage/rows.ts'

const N_ITEMS = 40
/** Proposes all items but those from 30 on. */
const model: FittedModel = {
  nUsers: 0, nItems: N_ITEMS, batch: 1, scoreUsers: () => undefined, state: () => ({ model: 'fixed', options: {}, tensors: {} }),
  scoreHistory: (_, out) => out.set(Array.from({ length: N_ITEMS }, (_item, item) => item < 30 ? 1 + item : 0)),
}
const stage: FirstStage = { nItems: N_ITEMS, sources: [{ name: 'all', quota: 100, model }, { name: 'few', quota: 5, model }] }
/** The features of a row are the item itself, and how long the history is. */
const columns: Columns = {
  names: ['item', 'length'],
  fill: ({ history, candidates }, [item, length]) => {
    item.set(candidates)
    length.fill(history.items.length)
  },
}
const exampleOf = (user: number, items: number[], label: number, isValidation = false): Example => ({ user, history: { items, weights: items.map(() => 1) }, label, isValidation })
const rowsOf = (examples: readonly Example[], negatives: number, seed = 1) => exampleRows(stage, columns, examples, negatives, { seed })

/** Each group as its items and the one that is relevant. */
function groupsOf({ blocks, groups, labels }: RankingRows): { items: number[], relevant: number[], lengths: number[] }[] {
  const [ofItems, ofLengths] = [0, 1].map(feature => blocks.flatMap(block => [...block[feature]]))
  return Array.from({ length: groups.length - 1 }, (_, group) => {
    const span = (of: readonly number[]): number[] => of.slice(groups[group], groups[group + 1])
    const items = span(ofItems)
    return { items, relevant: items.filter((_item, at) => labels[groups[group] + at] === 1), lengths: span(ofLengths) }
  })
}

describe('exampleRows', () => {
  test('a group is the label and so many others, rising, none of them had; each group has the features of its own history', async () => {
    const { training } = await rowsOf([exampleOf(0, [1, 2], 7), exampleOf(0, [1, 2, 7], 9)], 6)
    const groups = groupsOf(training)
    expect(groups.map(({ relevant }) => relevant)).toEqual([[7], [9]])
    expect(groups.map(({ items }) => items.length)).toEqual([7, 7])
    for (const { items } of groups) expect(items).toEqual([...new Set(items)].sort((a, b) => a - b))
    expect(groups[1].items).not.toContain(7)
    expect(groups.map(({ lengths }) => new Set(lengths))).toEqual([new Set([2]), new Set([3])])
  })

  test('fewer candidates than are wanted are all taken, and of validation all are', async () => {
    const { training, validation } = await rowsOf([exampleOf(0, [1], 7), exampleOf(1, [2], 8, true)], 100)
    expect(groupsOf(training)[0].items).toHaveLength(29)
    expect(groupsOf((await rowsOf([exampleOf(1, [2], 8, true)], 3)).validation)).toEqual(groupsOf(validation))
    expect(groupsOf(validation)[0].items).toHaveLength(29)
  })

  test('what nobody proposes teaches nothing, and is counted', async () => {
    const { training, validation, coverage } = await rowsOf([exampleOf(0, [1], 35), exampleOf(1, [1], 29), exampleOf(2, [1, 3], 5, true), exampleOf(3, [1], 36, true)], 4)
    expect([groupsOf(training).length, groupsOf(validation).length]).toEqual([1, 1])
    expect(coverage).toEqual({ examples: 4, perExample: (29 + 29 + 28 + 29) / 4, recall: 0.5, recallBySource: { all: 0.5, few: 0.25 } })
  })

  test('the same seed draws the same, another seed, another user and a longer history others', async () => {
    const itemsOf = async (example: Example, seed: number): Promise<number[]> => groupsOf((await rowsOf([example], 6, seed)).training)[0].items
    const one = await itemsOf(exampleOf(4, [1, 2], 7), 1)
    expect(await itemsOf(exampleOf(4, [1, 2], 7), 1)).toEqual(one)
    for (const others of [await itemsOf(exampleOf(4, [1, 2], 7), 2), await itemsOf(exampleOf(5, [1, 2], 7), 1), await itemsOf(exampleOf(4, [1, 2, 35], 7), 1)]) expect(others).not.toEqual(one)
  })

  test('each of the others is as likely', async () => {
    const examples = Array.from({ length: 5800 }, (_, user) => exampleOf(user, [1], 7))
    const counts = new Float64Array(30)
    for (const { items } of groupsOf((await rowsOf(examples, 5)).training)) for (const item of items) if (item !== 7) counts[item]++
    const expected = 5800 * 5 / 28
    const chiSquare = counts.reduce((sum, count, item) => item === 1 || item === 7 ? sum : sum + (count - expected) ** 2 / expected, 0)
    expect([counts[1], counts[7]]).toEqual([0, 0])
    expect(chiSquare).toBeLessThan(55.5) // 27 degrees of freedom, one in a thousand; less, since a draw leaves no repeats
  })

  test('more rows than a block has go on in the next, whole groups at a time', async () => {
    const examples = Array.from({ length: 2400 }, (_, user) => exampleOf(user, [1], 7)) // 29 rows each
    const { training: { blocks, groups, labels } } = await rowsOf(examples, 100)
    expect(blocks.map(([item]) => item.length)).toEqual([Math.floor(65_536 / 29) * 29, 2400 * 29 - Math.floor(65_536 / 29) * 29])
    expect([groups.length, labels.length, labels.reduce((sum, label) => sum + label, 0)]).toEqual([2401, 2400 * 29, 2400])
    expect(blocks.flatMap(([item]) => [...item]).filter((_, row) => labels[row] === 1).every(item => item === 7)).toBe(true)
  })

  test('a cancelled one is ERR_ABORTED, and no examples are no rows', async () => {
    await expect(exampleRows(stage, columns, [exampleOf(0, [1], 7)], 4, { seed: 1, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    const { training, coverage } = await rowsOf([], 4)
    expect([training.labels.length, [...training.groups], coverage.perExample]).toEqual([0, [0], 0])
  })
})
