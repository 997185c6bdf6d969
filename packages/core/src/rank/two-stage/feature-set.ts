// All features at once: every group that the data have something for, one after the other.
import { MatineeError } from '../../base/index.ts'
import type { TrainingSet } from '../../dataset/index.ts'
import type { Tensor } from '../../model/index.ts'
import type { Columns } from '../features/contract.ts'
import { featureGroups } from '../features/registry.ts'
import type { FirstStage } from './first-stage.ts'

/** What each group knows, by name. */
export type FeatureTensors = Readonly<Record<string, Readonly<Record<string, Tensor>>>>

/** What every group has to know of the training set, of those that are wanted; without those that the data have nothing for. */
export function fitFeatures(training: TrainingSet, wanted: readonly string[] = Object.keys(featureGroups)): FeatureTensors {
  return Object.fromEntries(wanted.flatMap(name => {
    const { needsTimes, fit } = featureGroups[name]
    const tensors = needsTimes && !training.times ? undefined : fit(training)
    return tensors ? [[name, tensors]] : []
  }))
}

/** The groups' columns side by side. Throws ERR_FORMAT for a group that there is not. */
export function columnsOf(groups: FeatureTensors, firstStage: FirstStage): Columns {
  const parts = Object.entries(groups).map(([name, tensors]) => {
    const group = Object.hasOwn(featureGroups, name) ? featureGroups[name] : undefined
    if (!group) throw new MatineeError('ERR_FORMAT', `the version has features of "${name}", expected one of ${Object.keys(featureGroups).join(', ')}.`)
    return group.over(tensors, firstStage)
  })
  return {
    names: parts.flatMap(({ names }) => names),
    fill(query, columns) {
      let from = 0
      for (const { names, fill } of parts) {
        fill(query, columns.slice(from, from + names.length))
        from += names.length
      }
    },
  }
}
