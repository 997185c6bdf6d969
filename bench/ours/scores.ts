// Every user's scores of every item as a file, and a model that scores as a file says: so one function measures whoever scored.
import { decodeSafetensors, encodeSafetensors, userIndex, type FittedModel } from '@matinee/core'

/** scores: F32 [users × items]. */
export function allScores(model: FittedModel): Uint8Array {
  const { nUsers, nItems, batch, scoreUsers } = model
  const data = new Float32Array(nUsers * nItems)
  for (let start = 0; start < nUsers; start += batch) {
    const users = Array.from({ length: Math.min(batch, nUsers - start) }, (_, row) => userIndex(start + row))
    scoreUsers(users, data.subarray(start * nItems, (start + users.length) * nItems))
  }
  return encodeSafetensors({ tensors: { scores: { shape: [nUsers, nItems], data } }, metadata: {} })
}

/** bytes: what allScores or bench/peers/models.py wrote to `file`. */
export function scoredModel(bytes: Uint8Array, file: string): FittedModel {
  const { shape: [nUsers, nItems], data } = decodeSafetensors(bytes, file).tensors.scores
  const scores = data as Float32Array
  return {
    nUsers, nItems, batch: 64,
    scoreUsers: (users, out) => users.forEach((user, row) => out.set(scores.subarray(user * nItems, (user + 1) * nItems), row * nItems)),
    state: () => { throw new Error('scores alone are no model that could be stored') },
  }
}
