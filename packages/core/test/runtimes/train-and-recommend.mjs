// What every runtime does in the package tests: trains on a small made-up set, recommends, saves. Only the public door, no
// API of any one runtime; the bytes must be the same everywhere.
import { fit, save } from '@matinee/core'

/** 120 people, 90 items, tastes in three groups; no randomness, so nothing to seed. */
function* events() {
  for (let user = 0; user < 120; user++) {
    for (let step = 0; step < 12; step++) {
      const item = (user % 3) * 30 + ((user * 7 + step * step * 5 + step) % 30)
      yield { userId: `u${user}`, itemId: `i${item}`, rating: 1 + ((user + step) % 5), timestamp: 1_000_000 + user * 100 + step }
    }
  }
}

/**
 * @param {number} threads
 * @returns {Promise<{ itemIds: string[], bytes: Uint8Array }>} the ten items for u42, and the saved model
 */
export async function trainAndRecommend(threads) {
  const model = await fit(events(), { model: 'als', threads })
  const { recommendations } = model.recommend('u42', { n: 10 })
  return { itemIds: recommendations.map(({ itemId }) => String(itemId)), bytes: save(model) }
}
