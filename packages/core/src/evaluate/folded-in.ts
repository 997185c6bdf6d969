// Users whom the fit has not seen: a model asked by the history that is given, as recommendFor asks it.
import { MatineeError } from '../base/index.ts'
import { groupRows, trainingSet, weigh, type Interactions, type Weighting } from '../dataset/index.ts'
import { byHistory, type FittedModel, type Histories } from '../model/index.ts'
import type { Csr } from '../sparse/index.ts'

/** What is known of each user, for a model and for the ranking. */
export interface GivenHistories {
  readonly histories: Histories
  /** [nUsers × nItems], the same; no candidates. */
  readonly known: Csr
}

/** given: each user's earliest first. */
export function givenHistories(given: Interactions, weighting: Weighting): GivenHistories {
  const { starts, rows = Uint32Array.from(given.users, (_, row) => row) } = groupRows(given.users, given.nUsers)
  const weights = given.values.slice()
  weigh(weights, given.valueKind, weighting)
  const histories = { indptr: starts, items: Int32Array.from(rows, row => given.items[row]), weights: Float32Array.from(rows, row => weights[row]) }
  return { histories, known: trainingSet(given, weighting).byUser }
}

/** The model that scores each user by the history given. Throws ERR_NOT_SUPPORTED for one that scores only whom it was fitted on. */
export function foldedIn(model: FittedModel, { histories }: GivenHistories): FittedModel {
  const { scoreHistory } = model
  if (scoreHistory) return { ...byHistory(histories, model.nItems, scoreHistory), state: model.state }
  throw new MatineeError('ERR_NOT_SUPPORTED', `the ${model.state().model} model cannot score a history it never saw, and this split hides whole users from the fit.`)
}
