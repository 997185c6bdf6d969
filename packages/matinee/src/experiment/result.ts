// A measurement as a file that explains itself: every user's values, and what was measured on which data by which rules.
// docs/reference/files-on-disk.md
import { decodeSafetensors, MatineeError, runOrder, safetensorsParts, type MetricsReport, type Tensor, type UserRuns } from '@matinee/core'
import type { RunConfig } from './config.ts'
import type { datasetRecord } from './hide.ts'

/** What the file is called in a version. */
export const PER_USER = 'per_user.safetensors'

const FORMAT = 'matinee result 1'

/** One configuration's numbers, in one fit or several. */
export interface Result {
  readonly dataset: Partial<ReturnType<typeof datasetRecord>>
  readonly config: RunConfig
  readonly metrics: MetricsReport
  readonly perUser: UserRuns
}

/** The file, in parts; equal results give equal bytes. */
export function encodeResult({ dataset, config, metrics, perUser: { users, seeds, tieSeeds, values } }: Result): Uint8Array[] {
  const columns = Object.entries(values).map(([name, runs]): [string, Tensor] => {
    const data = new Float64Array(runs.length * users.length)
    runs.forEach((column, run) => data.set(column, run * users.length))
    return [name, { shape: [tieSeeds.length, seeds.length, users.length], data }]
  })
  const vector = (data: Int32Array | Uint32Array): Tensor => ({ shape: [data.length], data })
  return safetensorsParts({
    tensors: { ...Object.fromEntries(columns), users: vector(users), seeds: vector(Uint32Array.from(seeds)), tie_seeds: vector(Uint32Array.from(tieSeeds)) },
    metadata: { format: FORMAT, dataset: JSON.stringify(dataset), config: JSON.stringify(config), metrics: JSON.stringify(metrics) },
  })
}

/** A result without the other users. kept: indices that stay, rising; they become 0, 1, …. The means stay as they were measured. */
export function withoutOthers(result: Result, kept: Uint32Array): Result {
  const { users, values, ...rest } = result.perUser
  const newIndex = new Map(Array.from(kept, (user, at) => [user, at]))
  const places = Array.from(users.keys()).filter(at => newIndex.has(users[at]))
  const columns = Object.entries(values).map(([name, runs]) => [name, runs.map(column => Float64Array.from(places, at => column[at]))] as const)
  return { ...result, perUser: { ...rest, users: Int32Array.from(places, at => newIndex.get(users[at]) ?? 0), values: Object.fromEntries(columns) } }
}

/** The inverse of encodeResult. Throws ERR_FORMAT, naming the file, for anything it would not have written. */
export function decodeResult(bytes: Uint8Array, fileName: string): Result {
  const { tensors: { users, seeds, tie_seeds: tieSeeds, ...columns }, metadata } = decodeSafetensors(bytes, fileName)
  const fail = (what: string): never => { throw new MatineeError('ERR_FORMAT', `${fileName} is no result: ${what}.`) }
  if (metadata.format !== FORMAT) fail(`its format is "${metadata.format ?? 'not said'}", expected "${FORMAT}"`)
  if (!(users?.data instanceof Int32Array && seeds?.data instanceof Uint32Array && tieSeeds?.data instanceof Uint32Array)) {
    return fail('users, seeds or tie_seeds are missing or of another type')
  }
  const all = { users: users.data, seeds: [...seeds.data], tieSeeds: [...tieSeeds.data] }
  const shape = [all.tieSeeds.length, all.seeds.length, all.users.length]
  const values = Object.entries(columns).map(([name, column]) => {
    if (!(column.data instanceof Float64Array) || String(column.shape) !== String(shape)) return fail(`${name} has the shape [${column.shape.join(', ')}], expected float64 [${shape.join(', ')}]`)
    const { data } = column
    return [name, runOrder(all).map((_, run) => data.subarray(run * all.users.length, (run + 1) * all.users.length))] as const
  })
  const field = (name: 'dataset' | 'config' | 'metrics'): unknown => {
    try {
      const value: unknown = JSON.parse(metadata[name] ?? '')
      if (typeof value === 'object' && value !== null) return value
    } catch { /* said below */ }
    return fail(`${name} is not a JSON object`)
  }
  return {
    dataset: field('dataset') as Result['dataset'],
    config: field('config') as Result['config'],
    metrics: field('metrics') as MetricsReport,
    perUser: { ...all, values: Object.fromEntries(values) },
  }
}
