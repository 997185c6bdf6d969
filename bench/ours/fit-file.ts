// From a file to a fitted model, split included, and nothing else: the process whose peak memory bench/measurements/memory.ts watches.
//
//     node --conditions=matinee-source bench/ours/fit-file.ts FILE FACTORS ITERATIONS THREADS
import { models, resolveOptions } from '@matinee/core'
import { runConfig } from '../../packages/matinee/src/experiment/index.ts'
import { loadAndHide } from '../../packages/matinee/src/experiment/hide.ts'
import { stopwatch } from '../../packages/matinee/src/experiment/stopwatch.ts'
import { readEventsFile } from '../../packages/matinee/src/files/index.ts'

const [file, factors, iterations, threads] = process.argv.slice(2)
const config = runConfig({ ties: 'file' }, { factors: Number(factors), iterations: Number(iterations) })
const load = () => readEventsFile(file, { user: 'user', item: 'item', rating: 'rating', time: 'time', threads: Number(threads) })
const { training } = await loadAndHide(load, config, stopwatch().time) // as `train` does it
await models.als.fit(training, resolveOptions(models.als.options, config.modelOptions), { seed: 42, threads: Number(threads) })
