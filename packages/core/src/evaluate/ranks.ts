// Where the hidden items stand: the definition of a rank, for all models. A model that can tell ranks without its scores
// (FittedModel.rankUsers) gives the same; its contract suite holds it to this.

/**
 * Pessimistic ranks of the relevant items, in their order: rank = 1 + number of other candidates with a score ≥ the relevant
 * item's. Candidates are all items but the excluded ones. A relevant item without a score (NaN) has rank Infinity.
 *
 * scores: [nItems]. relevant, excluded: item indices, without repeats and with none in common.
 */
export function pessimisticRanks(scores: Float32Array, relevant: ArrayLike<number>, excluded: ArrayLike<number>): Float64Array {
  return Float64Array.from(relevant, item => {
    const score = scores[item]
    if (Number.isNaN(score)) return Infinity
    let rank = 0 // the item itself is counted and makes the 1
    for (let other = 0; other < scores.length; other++) if (scores[other] >= score) rank++
    for (let at = 0; at < excluded.length; at++) if (scores[excluded[at]] >= score) rank--
    return rank
  })
}
