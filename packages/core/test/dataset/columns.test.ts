// The small parts: id maps, selected rows, rows grouped by key.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ItemId, itemId, type ItemIndex, itemIndex } from '../../src/base/index.ts'
import { groupRows, IdMap, type Interactions, rowReader, selectRows } from '../../src/dataset/index.ts'

describe('IdMap', () => {
  const items = new IdMap<ItemId, ItemIndex>(['x', 'y', '__proto__'].map(itemId))
  test('goes from ids to indices and back', () => {
    expect(items.size).toBe(3)
    items.ids.forEach((id, index) => {
      expect(items.indexOf(id)).toBe(index)
      expect(items.idOf(itemIndex(index))).toBe(id)
    })
  })
  test('an id never seen has no index', () => {
    expect(items.indexOf('z')).toBe(undefined)
    expect(items.indexOf('constructor')).toBe(undefined)
  })
})

describe('selectRows', () => {
  const interactions: Interactions = {
    nUsers: 3, nItems: 4, users: Int32Array.of(2, 0, 1), items: Int32Array.of(3, 1, 0),
    values: Float32Array.of(5, 4, 3), valueKind: 'rating', timestamps: Float64Array.of(10, 20, 30),
  }
  test('takes the rows in the order given and keeps the index spaces', () => {
    expect(selectRows(interactions, [2, 0])).toEqual({
      nUsers: 3, nItems: 4, users: Int32Array.of(1, 2), items: Int32Array.of(0, 3), values: Float32Array.of(3, 5), valueKind: 'rating',
      timestamps: Float64Array.of(30, 10),
    })
  })
  test('rows without times stay without them', () => {
    const { timestamps: _, ...timeless } = interactions
    expect(selectRows(timeless, [1])).not.toHaveProperty('timestamps')
  })
})

test('groupRows lists the rows of each key in order of arrival', () => {
  const keyed = fc.integer({ min: 1, max: 8 }).chain(nKeys => fc.tuple(fc.constant(nKeys), fc.array(fc.nat(nKeys - 1))))
  fc.assert(fc.property(keyed, ([nKeys, keys]) => {
    const groups = groupRows(Int32Array.from(keys), nKeys)
    const rowsOfKey = rowReader(groups)
    const isSorted = keys.every((key, row) => row === 0 || key >= keys[row - 1])
    expect(groups.rows === undefined).toBe(isSorted)
    expect(Array.from({ length: nKeys }, (_, key) => [...rowsOfKey(key)])).toEqual(Array.from({ length: nKeys }, (_, key) => [...keys.keys()].filter(row => keys[row] === key)))
  }))
})
