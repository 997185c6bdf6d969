// The numbers of a run as a table: the model and its baselines, one under the other.
import type { MeasuredBaseline, MetricsReport } from '@matinee/core'
import { table } from './table.ts'

const SHOWN = ['recall', 'ndcg', 'mrr']

/** Mean and 95 % interval for the model and each baseline; what fits a terminal, the other metrics are in --json. */
export function metricsTable(model: string, report: MetricsReport): string {
  const names = (Object.keys(report.intervals) as `${string}@${number}`[]).filter(name => SHOWN.includes(name.split('@')[0]))
  const row = (label: string, values: MeasuredBaseline): string[] =>
    [label, ...names.map(name => `${digits(values[name], 4)} [${digits(values.intervals[name][0], 3)}–${digits(values.intervals[name][1], 3)}]`)]
  return table(['', ...names], [row(model, report), ...Object.entries(report.baselines).map(([name, values]) => row(labels[name] ?? name, values))])
}

/** What was measured, in a line or two. */
export function protocolLines({ protocol, baselines }: MetricsReport): string[] {
  const rule = protocol.ties === 'file' ? 'the last line of the file' : `a hash with seed ${protocol.seed}`
  const hasTimes = 'recentPopularity' in baselines
  return [
    `${protocol.split}, ${protocol.usersCounted} users, all candidates ranked, 95 % intervals over users; ${protocol.itemsUnseen} hidden items were never seen in training.`,
    hasTimes
      ? `${protocol.usersDecidedByTies} users have several interactions at their last second; ${rule} decided which one is hidden (--ties).`
      : 'The data have no timestamps: the order of the rows is the time.',
  ]
}

const labels: Readonly<Record<string, string>> = { popularity: 'popularity', recentPopularity: 'recent popularity', random: 'random' }
const digits = (value: number, places: number): string => value.toFixed(places).replace(/^0/, '')
