// The table of docs/benchmarks.md that sets our models beside the peers' own.
import { modelPairs } from '../measurements/model-pairs.ts'
import { dataTitle, type Measured } from './newest.ts'
import { amount, run, table, times } from './tables.ts'

const MODELS = Object.keys(modelPairs)

/** Every pair, set and number of threads: NDCG@10 with standard errors, and the time of a fit. */
export function modelPairTable(all: readonly Measured[]): string {
  const mine = all.filter(({ result }) => result.measurement === 'models')
    .sort((a, b) => MODELS.indexOf(String(a.result.case.model)) - MODELS.indexOf(String(b.result.case.model)))
  const rows = mine.flatMap(measured => Object.entries(measured.result.theirs).map(([title, beside]) => {
    const { case: { data, model, threads }, unit, ours, figures = {} } = measured.result
    const ndcg = (what: string): string => `${figures[`ndcg@10 ${what}`].toFixed(4)} ± ${figures[`standard error ${what}`].toFixed(4)}`
    return [
      dataTitle(data), model, title, ndcg('ours'), ndcg('theirs'), ndcg('difference'), threads,
      amount(ours.median, unit), amount(beside.median, unit), `${times(beside.ratioOfMedians)} (${beside.medianRatio.toFixed(2)})`,
      ours.runs.length, run(measured),
    ]
  }))
  const quality = ['NDCG@10, ours', 'theirs', 'difference']
  const head = ['data', 'ours', 'theirs', ...quality, 'threads', 'a fit, ours', 'theirs', 'ratio (of pairs)', 'pairs', 'run']
  return rows.length === 0 ? 'Not measured yet.' : table(head, rows)
}
