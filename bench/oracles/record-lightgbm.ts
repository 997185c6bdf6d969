// Records packages/core/test/golden/lightgbm.safetensors: a model that LightGBM trained, its scores and SHAP values, and those that it
// gives to a text of ours.
//
//     node --conditions=matinee-source bench/oracles/record-lightgbm.ts
//
// Rows and both texts stand in the file.
import { writeFileSync } from 'node:fs'
import { encodeSafetensors } from '../../packages/core/src/artifact/index.ts'
import { trainLambdaMart } from '../../packages/core/src/rank/index.ts'
import { featureNames, rankingRows, sizesOf } from '../../packages/core/test/rank/ranking-data.ts'
import { inRoot } from '../../tools/paths.mjs'
import { askOracle, pythonWith } from './python.ts'
import { rankingFile } from './ranking-problem.ts'

const ROUNDS = 4
const target = inRoot('packages', 'core', 'test', 'golden', 'lightgbm.safetensors')
const python = await pythonWith('lightgbm')
if (python.missing !== undefined) throw new Error(python.missing)

const rows = rankingRows(sizesOf(16, 5), 5)
const { ranker } = await trainLambdaMart({ featureNames, training: rows }, { trees: ROUNDS, numLeaves: 8, minDataInLeaf: 5 }, { seed: 1 })
const problem = rankingFile(rows, ranker, ROUNDS)
const answer = await askOracle(python.program, 'lightgbm_rank.py', problem)
const { features, model } = problem.tensors
const provenance = `LightGBM ${answer.metadata.lightgbm} on Python ${answer.metadata.python}, bench/oracles/lightgbm_rank.py`
writeFileSync(target, encodeSafetensors({ tensors: { features, model, ...answer.tensors }, metadata: { provenance } }))
console.log(provenance)
