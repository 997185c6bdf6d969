// A version without some of its users, as if they had not been asked for: nothing that says who they were or what they had is left.
// docs/decisions/0032-erasing-users.md
import { keptSpans } from '../model/index.ts'
import { modelDefinition } from '../rank/index.ts'
import type { StoredHistory, VersionContents } from './version.ts'

/** The contents without the users, and who stayed. */
export interface WithoutUsers {
  readonly contents: VersionContents
  /** [users left], the user's index before, rising; a user's new index is the place in here. */
  readonly kept: Uint32Array
}

/** The others' lists stay the same bits, but for a model that `asksOthers`. The catalogue stays as it is, and so does what the model has learned of the items. */
export function withoutUsers(contents: VersionContents, isErased: (userId: string) => boolean): WithoutUsers {
  const { state, userIds, history } = contents
  const kept = Uint32Array.from(userIds.keys()).filter(user => !isErased(userIds[user]))
  return {
    kept,
    contents: {
      ...contents,
      state: modelDefinition(state.model).withoutOthers(state, kept),
      userIds: Array.from(kept, user => userIds[user]),
      history: keptHistory(history, kept),
    },
  }
}

function keptHistory({ weighting, indptr: starts, items, weights, fitted, times }: StoredHistory, kept: Uint32Array): StoredHistory {
  const { indptr, entries } = keptSpans(starts, kept)
  return {
    weighting, indptr,
    items: Int32Array.from(entries, at => items[at]),
    weights: Float32Array.from(entries, at => weights[at]),
    fitted: Uint8Array.from(entries, at => fitted[at]),
    ...(times && { times: Float64Array.from(entries, at => times[at]) }),
  }
}
