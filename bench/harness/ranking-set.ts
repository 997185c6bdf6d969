// Rankings of the shape that two stages on ML-1M make: groups of candidates, one relevant among them, features of several sources. Seeded.
import { seededRandom, shareableBuffer, type RankingRows } from '@matinee/core'

/** What is drawn. */
export interface RankingShape { readonly groups: number, readonly candidates: number, readonly features: number, readonly seed: number }

/**
 * Each candidate has a worth that nobody sees. A feature in six is a source's rank, one a count that is mostly small, one is missing for
 * two thirds, the others are scores; a feature says the more of the worth the lower its number is, and something else as well. The best worth of a
 * group, with noise, is relevant: one row of a group, none in a fifth of them.
 */
export function rankingSet({ groups, candidates, features, seed }: RankingShape): RankingRows {
  const nRows = groups * candidates
  const columns = Array.from({ length: features }, () => new Float32Array(shareableBuffer(4 * nRows)))
  const labels = new Uint8Array(nRows)
  const { normal, uniform } = seededRandom(seed)
  const worth = new Float64Array(candidates)
  const taste = new Float64Array(candidates)
  for (let group = 0; group < groups; group++) {
    const first = group * candidates
    const ofGroup = normal()
    let best = 0
    let most = -Infinity
    for (let at = 0; at < candidates; at++) {
      worth[at] = normal()
      taste[at] = normal()
      const chosen = 1.2 * worth[at] + (ofGroup > 0 ? 0.6 : -0.6) * taste[at] + 1.2 * normal()
      if (chosen <= most) continue
      most = chosen
      best = at
    }
    if (uniform() < 0.8) labels[first + best] = 1
    for (let feature = 0; feature < features; feature++) {
      const said = 1 / (1 + 0.4 * feature)
      const scores = columns[feature].subarray(first, first + candidates)
      for (let at = 0; at < candidates; at++) scores[at] = said * (feature % 5 === 4 ? taste[at] : worth[at]) + normal()
      if (feature % 6 === 2) ranksOf(scores).forEach((rank, at) => { scores[at] = rank })
      else if (feature % 6 === 3) for (let at = 0; at < candidates; at++) scores[at] = Math.floor(Math.max(0, scores[at]) ** 3)
      else if (feature % 6 === 5) for (let at = 0; at < candidates; at++) if (uniform() < 2 / 3) scores[at] = NaN
      if (feature === features - 1) scores.fill(ofGroup)
    }
  }
  return { blocks: [columns], groups: Uint32Array.from({ length: groups + 1 }, (_, group) => group * candidates), labels }
}

function ranksOf(scores: Float32Array): Int32Array {
  const ranks = new Int32Array(scores.length)
  Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a] || a - b).forEach((at, rank) => { ranks[at] = rank + 1 })
  return ranks
}
