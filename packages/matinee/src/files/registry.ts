// Every dataset that is known by name.
import { MatineeError } from '@matinee/core'
import { ml100k } from './datasets/ml-100k.ts'
import { ml10m } from './datasets/ml-10m.ts'
import { ml1mNextItem } from './datasets/ml-1m-next-item.ts'
import { ml1m } from './datasets/ml-1m.ts'
import { ml20m } from './datasets/ml-20m.ts'
import { ml25m } from './datasets/ml-25m.ts'
import { ml32m } from './datasets/ml-32m.ts'
import { mlLatestSmall } from './datasets/ml-latest-small.ts'
import type { DatasetDefinition } from './definition.ts'

/** Every dataset that is known by name. */
export const datasets = {
  'ml-100k': ml100k,
  'ml-latest-small': mlLatestSmall,
  'ml-1m': ml1m,
  'ml-1m-next-item': ml1mNextItem,
  'ml-10m': ml10m,
  'ml-20m': ml20m,
  'ml-25m': ml25m,
  'ml-32m': ml32m,
} satisfies Record<string, DatasetDefinition>

/** The dataset of that name; throws ERR_UNKNOWN_NAME listing all names. */
export function datasetDefinition(name: string): DatasetDefinition {
  const all: Readonly<Record<string, DatasetDefinition>> = datasets
  if (Object.hasOwn(all, name)) return all[name]
  throw new MatineeError('ERR_UNKNOWN_NAME', `there is no dataset "${name}", expected one of ${Object.keys(all).join(', ')}.`)
}
