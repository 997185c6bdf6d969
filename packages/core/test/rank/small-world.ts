// A small seeded world: who had something goes on near it, at rising times, and rates it; items have genres and a year.
import { seededRandom } from '../../src/base/index.ts'
import { prepareDataset, trainingParts, trainingSet, type Dataset, type ItemInfo, type TrainingSet } from '../../src/dataset/index.ts'
import { rawEvents, type Row } from '../dataset/rows.ts'

const DAY = 86_400

/** What may differ from 40 users of 3 to 12 of 30 items each. */
export interface World {
  readonly users?: number
  readonly items?: number
  /** [users] interactions of each; by default 3 to 12 */
  readonly lengths?: readonly number[]
  readonly seed?: number
  readonly hasTimes?: boolean
  readonly hasCatalogue?: boolean
  /** One rating for all, or 1 to 5. */
  readonly rating?: number
}

/** All times differ; an item that nobody has is none of the dataset's. */
export function smallWorld({ users = 40, items = 30, lengths, seed = 1, hasTimes = true, hasCatalogue = true, rating }: World = {}): Dataset {
  const { below } = seededRandom(seed)
  const itemIds = Array.from({ length: items }, (_, item) => `i${item}`)
  const rows = Array.from({ length: users }, (_, user) => {
    const had = new Set([below(items)])
    let [last] = had
    while (had.size < Math.min(items, lengths?.[user] ?? 3 + below(10))) {
      last = (last + 1 + below(3)) % items
      while (had.has(last)) last = (last + 1) % items
      had.add(last)
    }
    return Array.from(had, (item, at): Row => ({
      user: `u${user}`, item: `i${item}`, value: rating ?? 1 + below(5), ...(hasTimes && { time: DAY * 10 * at + 1000 * user + below(900) }),
    }))
  })
  const info = (item: number): ItemInfo => ({
    title: `Item ${item}`, attributes: { genres: [`g${item % 3}`, `h${item % 4}`], ...(item % 5 !== 2 && { year: 1990 + item % 20 }) },
  })
  const itemInfo = new Map(hasCatalogue ? itemIds.map((id, item) => [id, info(item)]) : [])
  return prepareDataset(rawEvents(rows.flat(), { itemIds, itemInfo }))
}

/** All that a model may ask for. isKept: [n], 0 for rows to leave out. */
export function trainingOf(dataset: Dataset, isKept?: Uint8Array): TrainingSet {
  const parts = trainingParts(['sequences', 'catalogue'], dataset, { ties: 'hash', seed: 1 }, isKept)
  return trainingSet(dataset.interactions, 'log', { ...parts, ...(isKept && { isKept }) })
}

/** Options of the two stages for so little. */
export const smallTwoStages = {
  positions: 2, examples: 20_000, negatives: 8, trees: 4, learningRate: 0.1, numLeaves: 4, minDataInLeaf: 2, lambda: 1, featureFraction: 0.7, earlyStopping: 30,
}
