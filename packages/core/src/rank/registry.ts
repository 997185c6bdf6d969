// All that can be fitted: the models of one stage, and what stands on several of them.
import { MatineeError } from '../base/index.ts'
import { models, type ModelDefinition } from '../model/index.ts'
import { lambdamart } from './two-stage/two-stage.ts'

/** Every model by name. */
export const allModels = { ...models, lambdamart } satisfies Record<string, ModelDefinition>

/** A name of `allModels`. */
export type AnyModelName = keyof typeof allModels

/** The definition of a model by name. Throws ERR_UNKNOWN_NAME. */
export function modelDefinition(name: string): ModelDefinition {
  if (Object.hasOwn(allModels, name)) return allModels[name as AnyModelName] as ModelDefinition
  throw new MatineeError('ERR_UNKNOWN_NAME', `there is no model "${name}"; expected one of ${Object.keys(allModels).join(', ')}.`)
}
