// What is hidden is found in whichever part of a training set it stands, and in none where it stands in none.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkHidden, type Hidden, type TrainingSet } from '../../src/dataset/index.ts'
import { smallWorld, trainingOf } from '../rank/small-world.ts'

const dataset = smallWorld({ users: 12, items: 15 })
const { interactions } = dataset
const times = interactions.timestamps ?? new Float64Array()
const n = interactions.items.length
/** Without so many rows, these, and those rows. */
function hiding(rows: readonly number[]): { training: TrainingSet, hidden: Hidden } {
  const isKept = Uint8Array.from({ length: n }, (_, row) => rows.includes(row) ? 0 : 1)
  return { training: trainingOf(dataset, isKept), hidden: { users: rows.map(row => interactions.users[row]), items: rows.map(row => interactions.items[row]) } }
}
const everything = trainingOf(dataset)
const someRows = fc.uniqueArray(fc.integer({ min: 0, max: n - 1 }), { minLength: 1, maxLength: 10 })

test('whichever rows are left out, none of them is found; and each part of the whole set gives them away, by its name', () => {
  fc.assert(fc.property(someRows, rows => {
    const { training, hidden } = hiding(rows)
    expect(() => checkHidden(training, hidden, 'it')).not.toThrow()
    for (const part of ['byUser', 'byItem', 'sequences', 'times'] as const) {
      expect(() => checkHidden({ ...training, [part]: everything[part] }, hidden, 'it')).toThrow(new RegExp(`ERR_LEAK: it would know what is hidden from it: in ${part} `))
    }
    expect(() => checkHidden(everything, hidden, 'it')).toThrow(/ERR_LEAK: .* in byUser user \d+ has item \d+, which is hidden/)
  }))
})

describe('one row too many is found', () => {
  const row = 7
  const { training, hidden } = hiding([row])
  const [user, item] = [interactions.users[row], interactions.items[row]]

  test('in a sequence in the place of another', () => {
    const { sequences = { indptr: new Uint32Array(), items: new Int32Array() } } = training
    const items = sequences.items.slice()
    items[sequences.indptr[user + 1] - 1] = item
    expect(() => checkHidden({ ...training, sequences: { ...sequences, items } }, hidden, 'it')).toThrow(`in sequences user ${user} has item ${item}, and in byUser not`)
  })
  test('among the times, which do not say whose they are', () => {
    const { times: { items, timestamps, isKept } = { items: new Int32Array(), timestamps: new Float64Array() } } = training
    expect(isKept?.[row]).toBe(0)
    expect(() => checkHidden({ ...training, times: { items, timestamps, isKept: isKept?.map((kept, at) => at === row ? 1 : kept) } }, hidden, 'it')).toThrow(`in times item ${item} has more rows than people`)
  })
})

describe('the moment', () => {
  const moment = times.toSorted()[Math.floor(n / 2)]
  const late = Array.from(times.keys()).filter(row => times[row] >= moment)
  const { training, hidden } = hiding(late)

  test('nothing is from it on: nothing is thrown', () => expect(() => checkHidden(training, { ...hidden, from: moment }, 'it')).not.toThrow())
  test('one that is of the moment itself is found, even one that nobody has said is hidden', () => {
    const [kept, ...others] = late.toSorted((a, b) => times[a] - times[b])
    for (const part of ['times', 'sequences'] as const) {
      const { [part]: _, ...own } = hiding(others).training
      expect(() => checkHidden(own, { users: [], items: [], from: moment }, 'it')).toThrow(`the time ${times[kept]} occurs, expected none from ${moment} on`)
    }
  })
  test('without times there is none', () => {
    const { times: _, sequences: __, ...bare } = everything
    expect(() => checkHidden(bare, { users: [], items: [], from: 0 }, 'it')).not.toThrow()
  })
})
