// What every runtime does in the package tests: trains every model on a small made-up set, recommends, saves. Only the public door, no
// API of any one runtime; the bytes must be the same everywhere.
import { allModels, fit, save } from '@matinee/core'

/** 120 people, 90 items, tastes in three groups; no randomness, so nothing to seed. */
function* events() {
  for (let user = 0; user < 120; user++) {
    for (let step = 0; step < 12; step++) {
      const item = (user % 3) * 30 + ((user * 7 + step * step * 5 + step) % 30)
      yield { userId: `u${user}`, itemId: `i${item}`, rating: 1 + ((user + step) % 5), timestamp: 1_000_000 + user * 100 + step }
    }
  }
}

/** What is known of the items, for models that use it. */
const items = Array.from({ length: 90 }, (_, item) =>
  ({ itemId: `i${item}`, title: `Item ${item}`, genres: [`g${Math.floor(item / 30)}`, `h${item % 4}`], year: 1990 + (item % 20) }))

/**
 * @param {number} threads
 * @returns {Promise<{ itemIds: string[], saved: Record<string, Uint8Array> }>} ten items for u42 by als, and every model by name, saved
 */
export async function trainAndRecommend(threads) {
  /** @type {Record<string, Uint8Array>} */
  const saved = {}
  /** @type {string[]} */
  let itemIds = []
  for (const model of Object.keys(allModels)) {
    const recommender = await fit(events(), { model, items, threads })
    saved[model] = save(recommender)
    if (model === 'als') itemIds = recommender.recommend('u42', { n: 10 }).recommendations.map(({ itemId }) => String(itemId))
  }
  return { itemIds, saved }
}
