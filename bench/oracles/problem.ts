// One ALS problem as the oracles read it, and the start that our own fit draws for it.
//
// Imports go to core's files, not to '@matinee/core': a copy of the repository with a planted bug is to test itself.
import type { OptionValues } from '../../packages/core/src/base/index.ts'
import type { TensorFile } from '../../packages/core/src/artifact/index.ts'
import type { Interactions, TrainingSet } from '../../packages/core/src/dataset/index.ts'
import { wasmKernels, type Kernels } from '../../packages/core/src/kernels/index.ts'
import { fitAls, type models } from '../../packages/core/src/model/index.ts'

export type AlsOptions = OptionValues<typeof models.als.options>

/** [nItems × factors], the item factors that fitting with this seed starts from. */
export async function startOf(training: TrainingSet, options: AlsOptions, seed: number): Promise<Float32Array> {
  let start: Float32Array | undefined
  const recording: Kernels = {
    ...wasmKernels,
    als: async (problem, context) => {
      const work = await wasmKernels.als(problem, context)
      return {
        ...work,
        writeFactors: (side, factors) => {
          if (side === 'items') start ??= factors.slice()
          work.writeFactors(side, factors)
        },
      }
    },
  }
  await fitAls(training, { ...options, iterations: 1 }, { seed, threads: 1 }, recording)
  if (!start) throw new Error('fitAls wrote no item factors to start from')
  return start
}

/** What als_numpy.py and implicit_als.py read. start: [nItems × factors], or left to the oracle's own seed. */
export function problemFile(
  { users, items, values, nUsers, nItems }: Interactions, { factors, alpha, regularization, iterations }: Omit<AlsOptions, 'solver' | 'cgSteps' | 'momentum' | 'tolerance'>,
  { start, ...metadata }: { start?: Float32Array, seed?: number, useCg?: boolean },
): TensorFile {
  const column = (data: Int32Array | Float32Array) => ({ shape: [data.length], data })
  return {
    tensors: {
      users: column(users), items: column(items), ratings: column(values),
      ...(start && { start: { shape: [nItems, factors], data: start } }),
    },
    metadata: Object.fromEntries(Object.entries({ nUsers, nItems, factors, alpha, regularization, iterations, ...metadata }).map(([name, value]) => [name, String(value)])),
  }
}

/** ‖a − b‖ / ‖b‖, Frobenius. */
export function frobeniusError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`${a.length} values against ${b.length}`)
  let [difference, norm] = [0, 0]
  for (let at = 0; at < b.length; at++) {
    difference += (a[at] - b[at]) ** 2
    norm += b[at] ** 2
  }
  return Math.sqrt(difference / norm)
}
