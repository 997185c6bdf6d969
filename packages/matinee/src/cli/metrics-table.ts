// The numbers of a run as a table: the model and its baselines, one under the other.
import type { Interval, MetricsReport } from '@matinee/core'
import { table } from './table.ts'

/** Mean and 95 % interval of each metric, for the model and each baseline. */
export function metricsTable(model: string, report: MetricsReport): string {
  const names = Object.keys(report.intervals)
  const row = (label: string, values: Readonly<Record<string, unknown>>): string[] => {
    const intervals = values.intervals as Readonly<Record<string, Interval>>
    return [label, ...names.map(name => `${digits(values[name] as number)} [${digits(intervals[name][0])}–${digits(intervals[name][1])}]`)]
  }
  return table(['', ...names], [row(model, report), ...Object.entries(report.baselines).map(([name, values]) => row(labels[name] ?? name, values))])
}

/** What was measured, in a line or two. */
export function protocolLines({ protocol }: MetricsReport): string[] {
  const rule = protocol.ties === 'file' ? 'the last line of the file' : `a hash with seed ${protocol.seed}`
  return [
    `${protocol.split}, ${protocol.usersCounted} users, all candidates ranked, 95 % intervals over users; ${protocol.itemsUnseen} hidden items were never seen in training.`,
    `${protocol.usersDecidedByTies} users have several interactions at their last second; ${rule} decided which one is hidden (--ties).`,
  ]
}

const labels: Readonly<Record<string, string>> = { popularity: 'popularity', recentPopularity: 'recent popularity', random: 'random' }
const digits = (value: number): string => value.toFixed(4)
