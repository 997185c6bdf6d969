// The factors among a model's tensors.
import { MatineeError } from '../../base/index.ts'
import type { ModelState } from '../contract.ts'
import { floatTensor } from '../tensors.ts'

/** Factors [nUsers × factors] and [nItems × factors]. Throws ERR_FORMAT. */
export function restoredFactors(state: ModelState): { readonly userFactors: Float32Array, readonly itemFactors: Float32Array, readonly factors: number } {
  const users = floatTensor(state, 'user_factors', [-1, -1])
  const factors = users.shape[1]
  const items = floatTensor(state, 'item_factors', [-1, factors])
  if (factors < 1 || !users.data.every(Number.isFinite) || !items.data.every(Number.isFinite)) {
    throw new MatineeError('ERR_FORMAT', 'the als model holds factors that are not finite numbers.')
  }
  return { userFactors: users.data, itemFactors: items.data, factors }
}
