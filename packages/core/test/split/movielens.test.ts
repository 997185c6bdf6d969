// The split of the real MovieLens 100K.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Dataset, fromEvents, prepareDataset } from '../../src/dataset/index.ts'
import { splitters } from '../../src/split/index.ts'

const folder = process.env.MATINEE_DATA_DIR

async function movieLens100K(order: (lines: string[]) => string[] = lines => lines): Promise<Dataset> {
  const lines = order(readFileSync(join(folder ?? '', 'ml-100k', 'u.data'), 'latin1').trimEnd().split('\n'))
  const events = lines.map(line => {
    const [userId, itemId, rating, timestamp] = line.split('\t')
    return { userId, itemId, rating: Number(rating), timestamp: Number(timestamp) }
  })
  return prepareDataset(await fromEvents(events, { name: 'ml-100k' }))
}

describe.skipIf(!folder)('MovieLens 100K (skipped unless MATINEE_DATA_DIR names the folder that holds ml-100k/)', () => {
  test('preparation keeps all 100,000 ratings of 943 users and 1,682 films', async () => {
    const { users, items, interactions, provenance } = await movieLens100K()
    expect([users.size, items.size, interactions.users.length]).toEqual([943, 1682, 100_000])
    expect(provenance).toEqual({ rowsRead: 100_000, badRows: 0, belowMinRating: 0, repeated: 0, outsideKCore: 0 })
  })
  test.each(['hash', 'file'])('ties = %s: one test and one validation row a user, and the rule decided 415 of 943 users', async ties => {
    const { protocol, test, validation, train, fitRows } = splitters['leave-last-n'].split(await movieLens100K(), { ties })
    const { trainingAfterTest, ...counts } = protocol
    expect(trainingAfterTest).toBeGreaterThan(0.4) // half of the time is after a person's last day, more or less
    expect(trainingAfterTest).toBeLessThan(0.6)
    expect(counts).toEqual({
      split: 'leave-last-n', n: 1, ties, ...(ties === 'hash' && { seed: 42 }),
      usersDecidedByTies: 415, usersWithTest: 943, usersWithoutTest: 0, usersWithValidation: 943,
    })
    expect([test, validation, train, fitRows].map(part => part.users.length)).toEqual([943, 943, 98_114, 99_057])
  })
  test('415 is the number of users who share their last time among several ratings, counted the plain way', async () => {
    const { users, timestamps = new Float64Array() } = (await movieLens100K()).interactions
    const times = Array.from({ length: 943 }, (): number[] => [])
    users.forEach((user, row) => times[user].push(timestamps[row]))
    const shared = times.filter(of => of.filter(time => time === Math.max(...of)).length > 1)
    expect(shared.length).toBe(415)
  })
  test('the hash split is the same for the file read backwards; the file split is not', async () => {
    const heldOut = (dataset: Dataset, ties: string): string[] => {
      const { test } = splitters['leave-last-n'].split(dataset, { ties })
      return Array.from(test.users, (user, row) => `${dataset.users.ids[user]} ${dataset.items.ids[test.items[row]]}`).sort()
    }
    const [forwards, backwards] = [await movieLens100K(), await movieLens100K(lines => lines.toReversed())]
    expect(heldOut(backwards, 'hash')).toEqual(heldOut(forwards, 'hash'))
    expect(heldOut(backwards, 'file')).not.toEqual(heldOut(forwards, 'file'))
  })
})
