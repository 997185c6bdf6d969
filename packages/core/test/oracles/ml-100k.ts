// The real MovieLens 100K with every user's last rating hidden, for the tests that hold us against other programs.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromEvents, prepareDataset, trainingSet, type Interactions, type TrainingSet } from '../../src/dataset/index.ts'
import { splitters } from '../../src/split/index.ts'

const file = join(process.env.MATINEE_DATA_DIR ?? '', 'ml-100k', 'u.data')

/** Why the data are not there, or undefined. */
export const missingData: string | undefined = !process.env.MATINEE_DATA_DIR ? 'no MATINEE_DATA_DIR'
  : existsSync(file) ? undefined : 'no ml-100k/u.data in MATINEE_DATA_DIR'

/** Everything but the test item with log weights, and the test item; of equal times the later line is the later one. */
export async function splitOfMovieLens(): Promise<{ training: TrainingSet, fitRows: Interactions, holdout: Interactions }> {
  const events = readFileSync(file, 'latin1').trimEnd().split('\n').map(line => {
    const [userId, itemId, rating, timestamp] = line.split('\t')
    return { userId, itemId, rating: Number(rating), timestamp: Number(timestamp) }
  })
  const dataset = prepareDataset(await fromEvents(events, { name: 'ml-100k' }))
  const { fitRows, test } = splitters['leave-last-n'].split(dataset, { ties: 'file' })
  return { training: trainingSet(fitRows, 'log'), fitRows, holdout: test }
}
