// What a list by a history costs, that somebody gives at the time of the request: each of 300 users asked by the user's own.
//
//     MATINEE_DATA_DIR=… node --conditions=matinee-source bench/by-history.ts ml-100k [model [factors]]
//
// Microseconds of wall clock for a list of ten, the second of two passes.
import { models, resolveOptions, rowIndices, rowValues, trainingParts, trainingSet, type ModelDefinition } from '../packages/core/src/index.ts'
import { datasetDefinition, locateDataset, readDataset } from '../packages/matinee/src/files/index.ts'

const N_USERS = 300
const [name = 'ml-100k', only, factors] = process.argv.slice(2)
const place = await locateDataset(datasetDefinition(name), { dataDir: process.env.MATINEE_DATA_DIR, cwd: process.cwd() })
if (!place) throw new Error(`${name} is not in MATINEE_DATA_DIR`)
const dataset = await readDataset(datasetDefinition(name), place.folder)

for (const [model, definition] of Object.entries(models as Record<string, ModelDefinition>).filter(([each]) => only === undefined || each === only)) {
  const training = trainingSet(dataset.interactions, 'log', trainingParts(definition.uses ?? [], dataset, { ties: 'hash', seed: 1 }))
  const options = resolveOptions(definition.options, factors ? { factors: Number(factors) } : {})
  const { scoreHistory, listHistory, nItems } = await definition.fit(training, options, { seed: 1 })
  if (!scoreHistory) continue
  const out = new Float32Array(nItems)
  const times: number[] = []
  for (let at = 0; at < 2 * N_USERS; at++) {
    const user = at % N_USERS
    const history = { items: rowIndices(training.byUser, user), weights: rowValues(training.byUser, user) }
    const begun = performance.now()
    if (listHistory) listHistory(history, 10, { exclude: history.items })
    else scoreHistory(history, out)
    if (at >= N_USERS) times.push(1000 * (performance.now() - begun))
  }
  times.sort((a, b) => a - b)
  const at = (share: number): string => times[Math.floor(share * (N_USERS - 1))].toFixed(0).padStart(7)
  console.log(`${model.padEnd(14)} median ${at(0.5)}  0.95 ${at(0.95)}  greatest ${at(1)} µs`)
}
