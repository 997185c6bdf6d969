// What a model is fitted on: the interactions, and their weights from both sides.
import { buildCsr, type Csr, transpose } from '../sparse/index.ts'
import type { Interactions } from './interactions.ts'
import { type Weighting, weightsOf } from './weight.ts'

/** What `fit` is given. */
export interface TrainingSet {
  readonly interactions: Interactions
  readonly weighting: Weighting
  /** [nUsers × nItems], weights. */
  readonly byUser: Csr
  /** [nItems × nUsers], the same weights. */
  readonly byItem: Csr
}

/** Lays the weights out by user and by item; (user, item) must not repeat. 16 bytes a row beside the interactions. */
export function trainingSet(interactions: Interactions, weighting: Weighting): TrainingSet {
  const { users, items, nUsers, nItems } = interactions
  const byUser = buildCsr(users, items, weightsOf(interactions, weighting), nUsers, nItems)
  return { interactions, weighting, byUser, byItem: transpose(byUser) }
}
