// All models by name. A new one is one file (or folder) and one line here.
import { MatineeError } from '../base/index.ts'
import { als } from './als/als.ts'
import type { ModelDefinition } from './contract.ts'
import { ease } from './ease/ease.ts'
import { bpr, factorization, lightfm, warp } from './factorization/factorization.ts'
import { itemKnn } from './item-knn/item-knn.ts'
import { popularity } from './popularity.ts'
import { random } from './random.ts'
import { slim } from './slim/slim.ts'
import { transitions } from './transitions/transitions.ts'

/** Every model by name. */
export const models = {
  als, bpr, ease, factorization, 'item-knn': itemKnn, lightfm, popularity, random, slim, transitions, warp,
} satisfies Record<string, ModelDefinition>

/** A name of `models`. */
export type ModelName = keyof typeof models

/** The definition of a model by name. Throws ERR_UNKNOWN_NAME. */
export function modelDefinition(name: string): ModelDefinition {
  if (Object.hasOwn(models, name)) return models[name as ModelName] as ModelDefinition
  throw new MatineeError('ERR_UNKNOWN_NAME', `there is no model "${name}"; expected one of ${Object.keys(models).join(', ')}.`)
}
