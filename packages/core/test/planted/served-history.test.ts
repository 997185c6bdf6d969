// What is served knows more than what was fitted: the held-out interactions too.
import { expect, test } from 'vitest'
import { resolveOptions } from '../../src/base/index.ts'
import { fromEvents, prepareDataset, trainingSet } from '../../src/dataset/index.ts'
import { models } from '../../src/model/index.ts'
import { assemble, open, save } from '../../src/recommender/index.ts'
import { rowIndices } from '../../src/sparse/index.ts'
import { splitters } from '../../src/split/index.ts'

const events = Array.from({ length: 240 }, (_, at) => ({ userId: `u${at % 12}`, itemId: `i${(at * 7 + (at % 12) * 3) % 23}`, rating: 4, timestamp: at }))

test('what was held out is never recommended as new, explains nothing, and stays so after save and open', async () => {
  const dataset = prepareDataset(await fromEvents(events))
  const split = splitters['leave-last-n'].split(dataset)
  const options = resolveOptions(models.als.options, { factors: 4, iterations: 3 })
  const training = trainingSet(split.fitRows, 'log')
  const model = await models.als.fit(training, options, { seed: 1, threads: 1 })
  const recommender = assemble(model, dataset, training, split.test)
  for (const served of [recommender, await open(save(recommender))]) {
    split.test.users.forEach((user, row) => {
      const [userId, hidden] = [dataset.users.ids[user], dataset.items.ids[split.test.items[row]]]
      const listed = served.recommend(userId, { n: 23 }).recommendations.map(({ itemId }) => itemId)
      expect(listed).not.toContain(hidden)
      expect(served.history(userId).map(({ itemId }) => itemId)).toContain(hidden)
      const explaining = served.explain(userId, hidden).contributions.map(({ itemId }) => itemId).sort()
      expect(explaining).toEqual(Array.from(rowIndices(training.byUser, user), item => dataset.items.ids[item]).sort()) // all that was fitted, not hidden
    })
  }
})
