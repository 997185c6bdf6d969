// Top 10 of many users, of one user, and ranks, seen items left out; ours alone.
//
//     MATINEE_DATA_DIR=… node --conditions=matinee-source bench/top-k.ts ml-1m [threads]
//     node --conditions=matinee-source bench/top-k.ts 20m [threads]       20,000 users of a made-up set at the shape of ML-20M
//     node --conditions=matinee-source bench/top-k.ts million [threads]   1,000,000 random items, one user after the other
//
// Milliseconds of wall clock, the median of RUNS; `processor` is the time that all threads spent. The ML-20M shape is fitted first, some minutes.
import {
  models, prepareDataset, resolveOptions, seededRandom, splitterDefinition, synthetic, trainingSet, wasmKernels, type Csr, type Lists, type Ranker,
} from '../packages/core/src/index.ts'
import { datasetDefinition, locateDataset, readDataset } from '../packages/matinee/src/files/index.ts'

const RUNS = 7
const K = 10
const FACTORS = 64

/** Trained factors and what each user has had. */
export interface TopKProblem {
  /** [nUsers × factors] */
  readonly userFactors: Float32Array
  /** [nItems × factors] */
  readonly itemFactors: Float32Array
  readonly factors: number
  /** [nUsers × nItems] */
  readonly seen: Csr
}

/** Packs the items; a row of zeros is an item nobody had. */
export function rankerOf({ itemFactors, factors }: TopKProblem): Promise<Ranker> {
  const nItems = itemFactors.length / factors
  const ranked = Int32Array.from({ length: nItems }, (_, item) => item)
    .filter(item => itemFactors.subarray(item * factors, (item + 1) * factors).some(value => value !== 0))
  return wasmKernels.ranker(itemFactors, nItems, factors, ranked)
}

/** The lists of the first nUsers users. */
export function listAll(ranker: Ranker, { userFactors, seen }: TopKProblem, nUsers: number, k: number, threads: number): Promise<Lists> {
  return ranker.lists({ vectors: userFactors, rows: Int32Array.from({ length: nUsers }, (_, user) => user), excludeByRow: seen }, k, { threads })
}

async function problemOf(name: string): Promise<{ problem: TopKProblem, relevant: Csr, nUsers: number }> {
  const dataset = name === '20m'
    ? prepareDataset(synthetic({ users: 138_493, items: 26_744, interactions: 20_000_000 }))
    : await movielens(name)
  const { fitRows, test } = splitterDefinition('leave-last-n').split(dataset, { ties: 'hash', seed: 42 })
  const training = trainingSet(fitRows, 'log')
  const options = resolveOptions(models.als.options, { factors: FACTORS, iterations: name === '20m' ? 6 : 15 })
  const { tensors } = (await models.als.fit(training, options, { seed: 42 })).state()
  const [userFactors, itemFactors] = [tensors.user_factors.data, tensors.item_factors.data]
  if (!(userFactors instanceof Float32Array && itemFactors instanceof Float32Array)) throw new Error('als holds factors in float32')
  return {
    problem: { userFactors, itemFactors, factors: FACTORS, seen: training.byUser },
    relevant: trainingSet(test, 'binary').byUser,
    nUsers: Math.min(20_000, training.byUser.nRows),
  }
}

async function movielens(name: string) {
  const definition = datasetDefinition(name)
  const located = await locateDataset(definition, { dataDir: process.env.MATINEE_DATA_DIR, cwd: process.cwd() })
  if (!located) throw new Error(`set MATINEE_DATA_DIR to a folder that holds ${name}/`)
  return readDataset(definition, located.folder)
}

async function measured(what: string, work: () => unknown): Promise<void> {
  const runs: { wall: number, processor: number }[] = []
  await work() // warm-up
  for (let run = 0; run < RUNS; run++) {
    const [start, used] = [performance.now(), process.cpuUsage()]
    await work()
    const { user, system } = process.cpuUsage(used)
    runs.push({ wall: performance.now() - start, processor: (user + system) / 1000 })
  }
  const median = (values: number[]): string => values.sort((a, b) => a - b)[RUNS >> 1].toFixed(2)
  console.log(`${what}: ${median(runs.map(({ wall }) => wall))} ms, processor ${median(runs.map(({ processor }) => processor))} ms`)
}

async function everybody(name: string, threads: number): Promise<void> {
  const { problem, relevant, nUsers } = await problemOf(name)
  const ranker = await rankerOf(problem)
  const { userFactors, itemFactors, seen } = problem
  const rows = Int32Array.from({ length: nUsers }, (_, user) => user)
  console.log(`${nUsers} users × ${itemFactors.length / FACTORS} items × ${FACTORS} factors, ${threads} threads`)
  await measured(`top ${K} of all`, () => listAll(ranker, problem, nUsers, K, threads))
  await measured('ranks of the hidden items', () => ranker.ranks({ vectors: userFactors, rows, excludeByRow: seen }, relevant, Infinity, { threads }))
  await measured(`top ${K} of 1,000 users, one after the other`, () => {
    for (let user = 0; user < 1000; user++) ranker.listsNow({ vectors: userFactors, rows: [user], exclude: seen.indices.subarray(seen.indptr[user], seen.indptr[user + 1]) }, K)
  })
}

async function million(): Promise<void> {
  const { uniform } = seededRandom(1)
  const numbers = (n: number): Float32Array => Float32Array.from({ length: n }, () => uniform() + uniform() + uniform() - 1.5)
  const [itemFactors, userFactors] = [numbers(1_000_000 * FACTORS), numbers(FACTORS * 20)]
  const ranker = await wasmKernels.ranker(itemFactors, 1_000_000, FACTORS, Int32Array.from({ length: 1_000_000 }, (_, item) => item))
  await measured(`top ${K} of 20 users among 1,000,000 items, one after the other`, () => {
    for (let user = 0; user < 20; user++) ranker.listsNow({ vectors: userFactors, rows: [user] }, K)
  })
}

if (import.meta.main) {
  const [name = 'ml-1m', threads = '1'] = process.argv.slice(2)
  if (name === 'million') await million()
  else await everybody(name, Number(threads))
}
