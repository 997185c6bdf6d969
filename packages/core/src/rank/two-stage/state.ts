// Both stages as one state: what belongs to a source or to a group of features has its name before its own.
import { MatineeError } from '../../base/index.ts'
import { historyTensors, restoredHistories, type Histories, type ModelState, type Tensor } from '../../model/index.ts'
import { readLightGbm } from '../lightgbm-read.ts'
import { writeLightGbm } from '../lightgbm-write.ts'
import type { TreeRanker } from '../ranker.ts'
import { featureGroups } from '../features/registry.ts'
import type { FeatureTensors } from './feature-set.ts'
import { restoredFirstStage, statesOf, type FirstStage } from './first-stage.ts'

/** All there is to a model of two stages. */
export interface TwoStages {
  readonly firstStage: FirstStage
  readonly features: FeatureTensors
  /** The users', in order of time. */
  readonly histories: Histories
  readonly ranker: TreeRanker
}

/** `source.als/item_factors`, `features.moment/starts`; the trees are LightGBM's text. */
export function stateOf({ firstStage, features, histories, ranker }: TwoStages, options: ModelState['options']): ModelState {
  const text = new TextEncoder().encode(writeLightGbm(ranker))
  return joined({
    model: 'lambdamart',
    options: { ...options, features: Object.keys(features).join(',') },
    tensors: { ...historyTensors(histories), ranker: { shape: [text.length], data: text }, ...flat('features', features) },
  }, statesOf(firstStage))
}

/** The inverse of stateOf. Throws ERR_FORMAT. */
export async function restoredParts(state: ModelState): Promise<TwoStages> {
  const firstStage = await restoredFirstStage(sourcesOf(state))
  const text = state.tensors.ranker?.data
  const features = grouped('features', state.tensors)
  const groups = String(state.options.features).split(',')
  const histories = restoredHistories(state, firstStage.nItems)
  const timed = groups.find(name => Object.hasOwn(featureGroups, name) && featureGroups[name].needsTimes)
  if (timed !== undefined && !histories.times) throw new MatineeError('ERR_FORMAT', `the version has features of "${timed}", and its histories have no times.`)
  return {
    firstStage,
    features: Object.fromEntries(groups.map(name => [name, features[name] ?? {}])),
    histories,
    ranker: readLightGbm(new TextDecoder().decode(text instanceof Uint8Array ? text : new Uint8Array())),
  }
}

/** The options of the two stages themselves. */
export const ownOptions = (options: ModelState['options']): ModelState['options'] =>
  Object.fromEntries(Object.entries(options).filter(([name]) => name !== 'features' && !name.startsWith('source.')))

/** The state with what groups of features say of single people made anew, from the histories that it has. */
export function withFeaturesOfHistories(state: ModelState): ModelState {
  const histories = restoredHistories(state, Infinity)
  const anew = Object.entries(grouped('features', state.tensors)).flatMap(([name, tensors]) => {
    const { ofHistories } = Object.hasOwn(featureGroups, name) ? featureGroups[name] : {}
    return ofHistories ? [[name, ofHistories(tensors, histories)] as const] : []
  })
  return { ...state, tensors: { ...state.tensors, ...flat('features', Object.fromEntries(anew)) } }
}

/** The state with each source's changed. */
export function mapSources(state: ModelState, change: (source: ModelState) => ModelState): ModelState {
  const others = (named: Readonly<Record<string, unknown>>) => Object.fromEntries(Object.entries(named).filter(([name]) => !name.startsWith('source.')))
  const changed = Object.entries(sourcesOf(state)).map(([name, source]) => [name, change(source)] as const)
  return joined({ ...state, tensors: others(state.tensors) as ModelState['tensors'], options: others(state.options) as ModelState['options'] }, Object.fromEntries(changed))
}

function joined(state: ModelState, sources: Readonly<Record<string, ModelState>>): ModelState {
  return {
    ...state,
    tensors: { ...state.tensors, ...flat('source', Object.fromEntries(Object.entries(sources).map(([name, { tensors }]) => [name, tensors]))) },
    options: { ...state.options, ...flat('source', Object.fromEntries(Object.entries(sources).map(([name, { model, options }]) => [name, { model, ...options }]))) },
  }
}

function sourcesOf(state: ModelState): Record<string, ModelState> {
  const tensors = grouped('source', state.tensors)
  return Object.fromEntries(Object.entries(grouped('source', state.options)).map(([name, { model, ...options }]) =>
    [name, { model: String(model), options, tensors: tensors[name] ?? {} }]))
}

const flat = <Value>(prefix: string, groups: Readonly<Record<string, Readonly<Record<string, Value>>>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(groups).flatMap(([group, values]) => Object.entries(values).map(([name, value]) => [`${prefix}.${group}/${name}`, value])))

// The inverse of flat.
function grouped<Value extends Tensor | number | string>(prefix: string, values: Readonly<Record<string, Value>>): Record<string, Record<string, Value>> {
  const groups = new Map<string, [string, Value][]>() // names come from a file: no object may be written to by them
  for (const [name, value] of Object.entries(values)) {
    const [, group, own] = new RegExp(`^${prefix}\\.([^/]+)/(.+)$`).exec(name) ?? []
    if (group !== undefined) groups.set(group, [...groups.get(group) ?? [], [own, value]])
  }
  return Object.fromEntries(Array.from(groups, ([group, own]) => [group, Object.fromEntries(own)]))
}
