// What each source says of the candidate, beside what it says of the others: a score alone is high or low for some histories more than for others.
import { endOfUpTo } from '../../base/index.ts'
import type { FeatureGroup } from './contract.ts'

/** s(c), s(c) / max s, and 1 + how many of everything proposed have a higher s */
export const sourceScores: FeatureGroup = {
  summary: 'each source\'s score of the candidate, its share of the highest, and its place among everything that is proposed',
  fit: () => ({}),
  over: (_, { sources }) => ({
    names: sources.flatMap(({ name }) => [`${name}_score`, `${name}_share`, `${name}_place`]),
    fill({ scores, among }, columns) {
      scores.forEach((of, source) => {
        const [score, share, place] = columns.slice(3 * source)
        const rising = among[source]
        const highest = rising.length > 0 ? rising[rising.length - 1] : NaN
        for (let row = 0; row < of.length; row++) {
          score[row] = of[row]
          share[row] = highest > 0 ? of[row] / highest : NaN
          place[row] = Number.isNaN(of[row]) ? NaN : 1 + rising.length - endOfUpTo(of[row], rising)
        }
      })
    },
  }),
}
