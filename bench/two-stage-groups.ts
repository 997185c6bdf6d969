// What each group of features and each source of candidates gains: NDCG@10 on the validation item, never the test item.
//
//     MATINEE_DATA_DIR=… node --conditions=matinee-source bench/two-stage-groups.ts [ml-1m-next-item [file]]
//
// The examples' rows are made once; trees are grown over the columns of all groups, of all but one, and of `sources` alone, and asked for
// every user's candidates, whose columns are made once too. 100 trees each, since where early stopping ends is partly chance; for all groups
// both are measured. A user's value is the mean over three seeds of the trees, and differences are taken user by user. Adds a line to
// bench/results/two-stage-groups.jsonl.
import { appendFileSync } from 'node:fs'
import { resolveOptions } from '@matinee/core'
import { forestOf, trainLambdaMart, type RankingRows } from '../packages/core/src/rank/index.ts'
import { columnsOf } from '../packages/core/src/rank/two-stage/feature-set.ts'
import { twoStageOptions } from '../packages/core/src/rank/two-stage/options.ts'
import { proposer } from '../packages/core/src/rank/two-stage/proposals.ts'
import { queryOf } from '../packages/core/src/rank/two-stage/query.ts'
import { inRoot } from '../tools/paths.mjs'
import { commit, machine } from './harness/machine.ts'
import { twoStagesOf } from './harness/two-stage-rows.ts'

const SEED = 42
const TREE_SEEDS = [42, 43, 44]
const EACH = 100
const [data = 'ml-1m-next-item', tieRule = 'file'] = process.argv.slice(2)
const K = 10
const begun = performance.now()
const { positions, examples, negatives, ...trees } = resolveOptions(twoStageOptions, {})

const { cutStage, cutFeatures, rows, firstStage, columns, asked: wanted } = await twoStagesOf(data, tieRule === 'hash' ? 'hash' : 'file', true)
const groups = Object.keys(cutFeatures)

/** Each user's candidates with all columns, and where the validation item is among them; and shares of these items that are proposed: by all, by each source, by all but each. */
function asked() {
  const propose = proposer(firstStage)
  const [found, alone] = [new Uint32Array(firstStage.sources.length), new Uint32Array(firstStage.sources.length)]
  let nCandidates = 0
  const queries = wanted.map(({ label: item, history }) => {
    const proposals = propose(history)
    const { candidates, proposed } = proposals
    const values = columns.names.map(() => new Float32Array(candidates.length))
    columns.fill(queryOf(history, proposals, candidates), values)
    nCandidates += candidates.length
    const by = [...proposed.keys()].filter(source => proposed[source].includes(item))
    for (const source of by) found[source]++
    if (by.length === 1) alone[by[0]]++
    return { values, at: candidates.indexOf(item) }
  })
  const nFound = queries.filter(({ at }) => at >= 0).length
  const share = (n: number): number => rounded(n / wanted.length)
  const candidates = {
    perUser: rounded(nCandidates / wanted.length), recall: share(nFound),
    bySource: firstStage.sources.map(({ name, quota }, source) => ({ name, quota, recall: share(found[source]), recallWithoutIt: share(nFound - alone[source]) })),
  }
  return { queries, candidates }
}
const { queries, candidates } = asked()
console.log(JSON.stringify(candidates))

/** Users' values, means over the seeds; the other two by seed. */
interface Measured { readonly nFeatures: number, readonly trees: readonly number[], readonly bySeed: readonly number[], readonly ndcg: readonly number[], readonly recall: readonly number[] }

/** Trees over the columns of these groups; so many, or as many as early stopping keeps. */
async function measured(kept: readonly string[], nTrees?: number): Promise<Measured> {
  const keep = groups.flatMap(group => columnsOf({ [group]: cutFeatures[group] }, cutStage).names.map(() => kept.includes(group)))
  const of = <Column>(all: readonly Column[]): Column[] => all.filter((_, at) => keep[at])
  const part = ({ blocks, ...rest }: RankingRows): RankingRows => ({ ...rest, blocks: blocks.map(of) })
  const featureNames = of(columns.names)
  const options = { ...trees, ...(nTrees === undefined ? { earlyStopping: 20 } : { trees: nTrees, earlyStopping: 0 }) }
  const fits: { trees: number, ndcg: number[], recall: number[] }[] = []
  for (const seed of TREE_SEEDS) {
    const { ranker } = await trainLambdaMart({ featureNames, training: part(rows.training), validation: part(rows.validation) }, options, { seed })
    const forest = await forestOf(ranker)
    const ranks = queries.map(({ values, at }) => at < 0 ? Infinity : rankOf(forest.scoresNow(of(values)), at))
    fits.push({ trees: ranker.trees.length, ndcg: ranks.map(rank => rank <= K ? 1 / Math.log2(rank + 1) : 0), recall: ranks.map(rank => rank <= K ? 1 : 0) })
  }
  const meanOf = (name: 'ndcg' | 'recall'): number[] => fits[0][name].map((_, user) => mean(fits.map(fit => fit[name][user])))
  const bySeed = fits.map(({ ndcg }) => rounded(mean(ndcg)))
  return { nFeatures: featureNames.length, trees: fits.map(fit => fit.trees), bySeed, ndcg: meanOf('ndcg'), recall: meanOf('recall') }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function rounded(value: number): number {
  return Number(value.toFixed(5))
}

/** Equals count against it. */
function rankOf(scores: Float64Array, at: number): number {
  return scores.reduce((rank, score) => rank + (score >= scores[at] ? 1 : 0), 0)
}

/** The mean of the differences from all groups, and its standard error. */
function beside(all: readonly number[], values: readonly number[]) {
  const differences = values.map((value, user) => value - all[user])
  const center = mean(differences)
  const variance = differences.reduce((sum, difference) => sum + (difference - center) ** 2, 0) / (differences.length - 1)
  return { difference: rounded(center), standardError: rounded(Math.sqrt(variance / differences.length)) }
}

const all = await measured(groups, EACH)
const report = ({ nFeatures, trees: nTrees, bySeed, ndcg, recall }: Measured) => ({
  nFeatures, trees: nTrees, 'ndcg@10 by seed': bySeed, 'ndcg@10': rounded(mean(ndcg)), 'recall@10': rounded(mean(recall)),
  'ndcg@10 beside all': beside(all.ndcg, ndcg), 'recall@10 beside all': beside(all.recall, recall),
})
const runs: Readonly<Record<string, () => Promise<Measured>>> = {
  all: () => Promise.resolve(all),
  'sources alone': () => measured(['sources'], EACH),
  ...Object.fromEntries(groups.map(group => [`without ${group}`, () => measured(groups.filter(other => other !== group), EACH)])),
  'all, stopped early': () => measured(groups),
}
const results: object[] = []
for (const [name, run] of Object.entries(runs)) {
  const result = { name, ...report(await run()) }
  results.push(result)
  console.log(JSON.stringify(result))
}
appendFileSync(inRoot('bench', 'results', 'two-stage-groups.jsonl'), `${JSON.stringify({
  ...commit(), machine: machine(), seconds: Math.round((performance.now() - begun) / 1000),
  data, ties: tieRule, evaluatedOn: 'validation', seed: SEED, treeSeeds: TREE_SEEDS, nUsers: all.ndcg.length, examples: rows.coverage, candidates, groups: results,
})}\n`)
