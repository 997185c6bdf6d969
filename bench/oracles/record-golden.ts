// Records packages/core/test/golden/als-numpy.safetensors: a small problem, and what numpy made of it in float64.
//
//     node --conditions=matinee-source bench/oracles/record-golden.ts
//
// The interactions stand in the file, so it stays valid whatever becomes of the synthetic set.
import { writeFileSync } from 'node:fs'
import { encodeSafetensors } from '../../packages/core/src/artifact/index.ts'
import { resolveOptions } from '../../packages/core/src/base/index.ts'
import { selectRows, synthetic, trainingSet } from '../../packages/core/src/dataset/index.ts'
import { models, type Tensor } from '../../packages/core/src/model/index.ts'
import { inRoot } from '../../tools/paths.mjs'
import { problemFile, startOf } from './problem.ts'
import { askOracle, pythonWith } from './python.ts'

const SEED = 42
const REGULARIZATIONS = [0.1, 10]
const target = inRoot('packages', 'core', 'test', 'golden', 'als-numpy.safetensors')

const python = await pythonWith('numpy')
if (python.missing !== undefined) throw new Error(python.missing)

// Every 100th user and every 64th item lose what they have, so that rows without interactions are in it.
const { interactions: all } = synthetic({ users: 400, items: 256, interactions: 12_000, seed: 1 })
const kept = Array.from(all.users.keys()).filter(row => all.users[row] % 100 !== 99 && all.items[row] % 64 !== 63)
const interactions = selectRows(all, kept)
const { nUsers, nItems, users, items, values } = interactions
const training = trainingSet(interactions, 'log')

const tensors: Record<string, Tensor> = {
  users_low: { shape: [users.length], data: Uint8Array.from(users, user => user & 255) },
  users_high: { shape: [users.length], data: Uint8Array.from(users, user => user >> 8) },
  items: { shape: [items.length], data: Uint8Array.from(items) },
  ratings: { shape: [values.length], data: Uint8Array.from(values) },
}
const metadata: Record<string, string> = {
  nUsers: String(nUsers), nItems: String(nItems), seed: String(SEED), factors: '16', alpha: '40', iterations: '5',
  regularizations: JSON.stringify(REGULARIZATIONS),
}
for (const regularization of REGULARIZATIONS) {
  const options = resolveOptions(models.als.options, { factors: 16, alpha: 40, regularization, iterations: 5 })
  const start = await startOf(training, options, SEED)
  tensors.start = { shape: [nItems, 16], data: start } // the same for both: it depends on the seed alone
  const answer = await askOracle(python.program, 'als_numpy.py', problemFile(interactions, options, { start }))
  const { user_factors: x, item_factors: y, top } = answer.tensors
  tensors[`user_factors_${regularization}`] = { shape: x.shape, data: Float32Array.from(x.data) }
  tensors[`item_factors_${regularization}`] = { shape: y.shape, data: Float32Array.from(y.data) }
  tensors[`top_${regularization}`] = { shape: top.shape, data: Uint8Array.from(top.data) }
  metadata[`losses_${regularization}`] = answer.metadata.losses
  metadata.provenance = `numpy ${answer.metadata.numpy} on Python ${answer.metadata.python}, float64, bench/oracles/als_numpy.py; factors rounded to float32 here`
}
writeFileSync(target, encodeSafetensors({ tensors, metadata }))
console.log(metadata)
