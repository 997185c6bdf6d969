// What each source says of the candidate: its score, and its rank among those that it proposes.
import type { FeatureGroup } from './contract.ts'

/** score_s(c), rank_s(c) */
export const sourceScores: FeatureGroup = {
  summary: 'each source\'s score of the candidate, and its rank among what the source proposes',
  fit: () => ({}),
  over: (_, { sources }) => ({
    names: sources.flatMap(({ name }) => [`${name}_score`, `${name}_rank`]),
    fill({ scores, ranks }, columns) {
      scores.forEach((of, source) => columns[2 * source].set(of))
      ranks.forEach((of, source) => columns[2 * source + 1].set(of))
    },
  }),
}
