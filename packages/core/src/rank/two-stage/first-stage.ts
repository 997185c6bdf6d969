// The first stage: several models, each proposes its best items for a history. docs/math/two-stages.md
import { MatineeError, resolveOptions } from '../../base/index.ts'
import type { TrainingSet } from '../../dataset/index.ts'
import { models, type FitContext, type FittedModel, type ModelDefinition, type ModelState } from '../../model/index.ts'
import { sources } from './sources.ts'

/** Fitted sources in the order of the registry. */
export interface FirstStage {
  readonly nItems: number
  readonly sources: readonly { readonly name: string, readonly quota: number, readonly model: FittedModel }[]
}

/** Fits every source that the data have a use for. Throws what the models' fits throw. */
export async function fitFirstStage(training: TrainingSet, context: FitContext): Promise<FirstStage> {
  const { threads, signal, onProgress, seed } = context
  const used = Object.entries(sources).filter(([, { needsTimes }]) => !needsTimes || training.times)
  const fitted: FirstStage['sources'][number][] = []
  for (const [name, { model, options, quota }] of used) {
    const definition: ModelDefinition = models[model] as ModelDefinition
    fitted.push({ name, quota, model: await definition.fit(training, resolveOptions(definition.options, options), { threads, signal, onProgress, seed }) })
  }
  return { nItems: training.byItem.nRows, sources: fitted }
}

/** The sources' states by name. */
export const statesOf = (stage: FirstStage): Readonly<Record<string, ModelState>> =>
  Object.fromEntries(stage.sources.map(({ name, model }) => [name, model.state()]))

/** The inverse of statesOf. Throws ERR_FORMAT, ERR_UNKNOWN_NAME. */
export async function restoredFirstStage(states: Readonly<Record<string, ModelState>>): Promise<FirstStage> {
  const restored = await Promise.all(Object.entries(states).map(async ([name, state]) => {
    const source = Object.hasOwn(sources, name) ? sources[name] : undefined
    if (!source) throw new MatineeError('ERR_FORMAT', `the version has candidates by "${name}", expected one of ${Object.keys(sources).join(', ')}.`)
    return { name, quota: source.quota, model: await models[source.model].restore(state) }
  }))
  if (restored.length === 0) throw new MatineeError('ERR_FORMAT', 'the version has no source of candidates.')
  const [{ model: { nItems } }] = restored
  const other = restored.find(({ model }) => model.nItems !== nItems)
  if (other) throw new MatineeError('ERR_FORMAT', `the source "${other.name}" has ${other.model.nItems} items, expected ${nItems} as "${restored[0].name}".`)
  return { nItems, sources: restored }
}
