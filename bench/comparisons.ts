// Checks `compare` where the answer is known, and says how often it was right. docs/math/compare.md has the numbers.
//
//     MATINEE_DATA_DIR=… node --conditions=matinee-source bench/comparisons.ts ml-1m [most groups]
//
// Every group of comparisons is a line of bench/results/comparisons.jsonl; one that stands there is not done again.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { meanOf, models, splitterDefinition, trainingSet, type FittedModel } from '@matinee/core'
import { calibrate, FITS, flippedPValues, groupTrial, uniformity, world, type Found, type GroupTrial } from './comparisons/trials.ts'
import { movieLens } from './harness/data.ts'

const LOG = new URL('./results/comparisons.jsonl', import.meta.url)
const GROUPS = 20
/** Fits of als by data; what is not said has its default. */
const OPTIONS: Readonly<Record<string, Record<string, number>>> = { 'ml-100k': {}, 'ml-1m': {} }

type Line = { readonly data: string } & (
  | { readonly check: 'blur', readonly blur: number }
  | { readonly check: 'uniform', readonly times: number, readonly distance: number, readonly p: number }
  | { readonly check: 'group', readonly group: number } & GroupTrial)

const [data = 'ml-100k', most = GROUPS] = process.argv.slice(2)
const lines: Line[] = existsSync(LOG) ? readFileSync(LOG, 'utf8').trim().split('\n').map(line => JSON.parse(line) as Line).filter(line => line.data === data) : []
const log = (line: Line): void => {
  lines.push(line)
  appendFileSync(LOG, `${JSON.stringify(line)}\n`)
}

const dataset = await movieLens(data)
const context = { threads: availableParallelism() }
const here = world(dataset, OPTIONS[data], context)

if (!lines.some(({ check }) => check === 'uniform')) {
  const split = splitterDefinition('leave-last-n').split(dataset, { ties: 'file' })
  const training = trainingSet(split.train, 'log')
  const popularity = await models.popularity.fit(training, { days: 0, halfLife: 0 }, { ...context, seed: 1 })
  const values = async (model: FittedModel): Promise<Float64Array> => (await here.measure(model)).perUser.values['ndcg@10']
  const [one, other] = [await values(await here.fit(1)), await values(popularity)]
  log({ data, check: 'uniform', times: 1000, ...uniformity(flippedPValues(one.map((value, user) => value - other[user]), 1000)) })
}
if (!lines.some(({ check }) => check === 'blur')) log({ data, check: 'blur', blur: await calibrate(here, Array.from({ length: 10 }, (_, at) => 1000 + at)) })
const { blur } = lines.find(line => line.check === 'blur')!
const done = new Set(lines.map(line => line.check === 'group' ? line.group : -1))
for (const group of Array.from({ length: GROUPS }, (_, at) => at).filter(each => !done.has(each)).slice(0, Number(most))) {
  log({ data, check: 'group', group, ...await groupTrial(here, group, blur) })
}

const groups = lines.filter(line => line.check === 'group')
const pairs = groups.flatMap(group => group.pairs)
const [a, b, worse] = [0, 1, 2].map(side => meanOf(pairs.map(({ means }) => means[side])))
const none = (of: readonly Found[]): string => `${of.filter(({ outcome }) => outcome === 'none found' || outcome === 'same').length} of ${of.length}`
const seen = (of: readonly Found[]): string => `${of.filter(({ outcome }) => outcome === 'better').length} of ${of.length}`
const spread = Math.sqrt(meanOf(pairs.map(({ means }) => (means[0] - means[1]) ** 2)))
console.log(`${data}: NDCG@10 ${a.toFixed(4)} and ${b.toFixed(4)}, blurred by ${blur.toFixed(3)} ${worse.toFixed(4)}, ${(100 * (1 - worse / b)).toFixed(1)} % less`)
console.log(`root mean square difference of two seeds ${spread.toFixed(4)}, by the users alone ${Math.sqrt(meanOf(pairs.map(({ twoSeeds }) => ((twoSeeds.smallestVisible ?? 0) / 2.8016) ** 2))).toFixed(4)}`)
console.log(`two seeds, one fit each: none found in ${none(pairs.map(({ twoSeeds }) => twoSeeds))}; ${FITS} fits each: ${none(groups.map(({ twoSeeds }) => twoSeeds))}`)
console.log(`planted loss in the same fit: found in ${seen(pairs.map(({ plantedInItself }) => plantedInItself))}`)
console.log(`planted loss, one fit each: found in ${seen(pairs.map(({ planted }) => planted))}; ${FITS} fits each: ${seen(groups.map(({ planted }) => planted))}`)
for (const line of lines) if (line.check === 'uniform') console.log(`${line.times} flipped: distance ${line.distance.toFixed(4)}, p ${line.p.toFixed(3)}`)
