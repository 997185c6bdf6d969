// Writes the split of ML-100K that factorization-defaults.ts measures on, and the features, for the peers' own code:
//
//     MATINEE_DATA_DIR=… node --conditions=matinee-source bench/factorization-peers.ts FOLDER
//     python bench/peers/factorization.py FOLDER lightfm-warp bench/results/factorization-peers.jsonl
//
// Python needs numpy, scipy, implicit 0.7.3 and lightfm-next 1.19.0 (lightfm 1.17 under another name, for newer Pythons).
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { featuresOf, splitterDefinition, type Interactions } from '@matinee/core'
import { datasetDefinition, locateDataset, readDataset } from '../packages/matinee/src/files/index.ts'

const [folder] = process.argv.slice(2)
const definition = datasetDefinition('ml-100k')
const located = await locateDataset(definition, { dataDir: process.env.MATINEE_DATA_DIR, cwd: process.cwd() })
if (!located || !folder) throw new Error('set MATINEE_DATA_DIR to a folder that holds ml-100k/, and name a folder to write to')
const dataset = await readDataset(definition, located.folder)
const { train, validation } = splitterDefinition('leave-last-n').split(dataset, { ties: 'file', seed: 1 })
const { matrix: { nRows, indptr, indices } } = featuresOf(dataset.catalogue)

const write = (name: string, pairs: readonly (readonly [number, number])[]): void =>
  writeFileSync(path.join(folder, name), pairs.map(pair => `${pair.join('\t')}\n`).join(''))
const pairsOf = ({ users, items }: Interactions): [number, number][] => Array.from(users, (user, at) => [user, items[at]])
write('train.tsv', pairsOf(train))
write('validation.tsv', pairsOf(validation))
const featuresOfItem = (item: number): [number, number][] => Array.from(indices.subarray(indptr[item], indptr[item + 1]), feature => [item, feature])
write('features.tsv', Array.from({ length: nRows }, (_, item) => featuresOfItem(item)).flat())
