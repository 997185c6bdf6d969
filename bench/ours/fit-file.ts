// From a file to a fitted model, split included, and nothing else: the process whose peak memory bench/measurements/memory.ts watches.
//
//     node --conditions=matinee-source bench/ours/fit-file.ts FILE FACTORS ITERATIONS THREADS
import { models, resolveOptions, splitterDefinition, trainingSet } from '@matinee/core'
import { readEventsFile } from '../../packages/matinee/src/files/index.ts'

const [file, factors, iterations, threads] = process.argv.slice(2)
const dataset = await readEventsFile(file, { user: 'user', item: 'item', rating: 'rating', time: 'time', threads: Number(threads) })
const training = trainingSet(splitterDefinition('leave-last-n').split(dataset, { ties: 'file' }).fitRows, 'log')
const options = resolveOptions(models.als.options, { factors: Number(factors), iterations: Number(iterations) })
await models.als.fit(training, options, { seed: 42, threads: Number(threads) })
