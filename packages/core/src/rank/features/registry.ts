// All groups of features. A new one is one file and one line here.
import { attributeFeatures } from './attributes.ts'
import type { FeatureGroup } from './contract.ts'
import { momentFeatures } from './moment.ts'
import { paceFeatures } from './pace.ts'
import { popularityFeatures } from './popularity.ts'
import { ratingFeatures } from './ratings.ts'
import { similarity } from './similarity.ts'
import { sourceScores } from './source-scores.ts'
import { voteFeatures } from './votes.ts'

/** Every group by name. */
export const featureGroups: Readonly<Record<string, FeatureGroup>> = {
  sources: sourceScores, similarity, votes: voteFeatures, popularity: popularityFeatures, attributes: attributeFeatures, ratings: ratingFeatures, moment: momentFeatures, pace: paceFeatures,
}
