// All models of one stage by name. A new one is one file (or folder) and one line here.
import { als } from './als/als.ts'
import type { ModelDefinition } from './contract.ts'
import { ease } from './ease/ease.ts'
import { bpr, factorization, lightfm, warp } from './factorization/factorization.ts'
import { itemKnn } from './item-knn/item-knn.ts'
import { neighbours } from './neighbours/neighbours.ts'
import { popularity } from './popularity.ts'
import { random } from './random.ts'
import { slim } from './slim/slim.ts'
import { transitions } from './transitions/transitions.ts'

/** Every model of one stage by name. */
export const models = {
  als, bpr, ease, factorization, 'item-knn': itemKnn, lightfm, neighbours, popularity, random, slim, transitions, warp,
} satisfies Record<string, ModelDefinition>

/** A name of `models`. */
export type ModelName = keyof typeof models
