// Ids and indices do not compile in each other's place. The type checker checks the claims: where the line after
// an expected error compiles, that is itself an error.
import { expect, test } from 'vitest'
import { itemId, itemIndex, type ItemId, type ItemIndex, userId, userIndex, type UserId, type UserIndex } from '../../src/base/index.ts'
import { IdMap } from '../../src/dataset/index.ts'

const users = new IdMap<UserId, UserIndex>([userId('ann')])
const items = new IdMap<ItemId, ItemIndex>([itemId('film')])
const scoreOf = (user: UserIndex, item: ItemIndex): number => user + item

test('a user index is no item index', () => {
  expect(scoreOf(userIndex(1), itemIndex(2))).toBe(3)
  // @ts-expect-error the arguments are swapped
  scoreOf(itemIndex(2), userIndex(1))
  // @ts-expect-error a user index where an item index belongs
  items.idOf(userIndex(0))
  // @ts-expect-error an item index where a user index belongs
  users.idOf(itemIndex(0))
})
test('a number is no index, an index is a number', () => {
  // @ts-expect-error nobody vouched for this number
  users.idOf(0)
  const row: number = userIndex(3)
  expect(row).toBe(3)
})
test('a user id is no item id, and a string is neither', () => {
  // @ts-expect-error a user id where an item id belongs
  const wrong: ItemId = userId('ann')
  // @ts-expect-error a text from outside is not marked
  const unmarked: UserId = 'ann'
  expect([wrong, unmarked]).toEqual(['ann', 'ann'])
})
test('an id is no index', () => {
  // @ts-expect-error an id where an index belongs
  users.idOf(userId('ann'))
  // @ts-expect-error an index where an id belongs
  users.indexOf(userIndex(0))
  expect(users.indexOf('ann')).toBe(0)
})
test('what indexOf gives may be undefined, and says so', () => {
  // @ts-expect-error an id never seen has no index
  const index: UserIndex = users.indexOf('bob')
  expect(index).toBe(undefined)
})
