// The numbers of a run as tables: the model and its baselines, one under the other.
import type { MeasuredModel, MetricsReport, Numbers } from '@matinee/core'
import { table } from './table.ts'

type Name = `${string}@${number}`

const SHOWN = ['recall', 'ndcg', 'mrr']
/** The metric by which slices and sampled ranks are shown. */
const ONE = 'ndcg'
/** What a last step costs; what it gains are the metrics of lists. */
const COST = ['ndcg', 'recall']
/** Those that --metrics all adds. */
const MORE = ['auc', 'debiasedNdcg', 'coverage', 'gini', 'novelty', 'diversity', 'popularityLift']

/** Mean and 95 % interval for the model and each baseline; what fits a terminal, the other metrics are in --json. */
export function metricsTable(model: string, report: MetricsReport): string {
  const names = namesOf(report, SHOWN)
  const [one] = namesOf(report, [ONE])
  const { sampled } = report
  const heads = [...names, ...(sampled ? [`SAMPLED ${sampled.negatives}: ${one}`] : [])]
  const row = (label: string, values: MeasuredModel): string[] =>
    [label, ...names.map(name => withInterval(values, name)), ...(values.sampled ? [withInterval(values.sampled, one)] : [])]
  return table(['', ...heads], modelsOf(model, report).map(([label, values]) => row(label, values)))
}

/** What --metrics all adds: the lists' numbers, and the slices. */
export function moreTables(model: string, report: MetricsReport): string[] {
  if (!report.slices) return []
  const all = modelsOf(model, report)
  const names = namesOf(report, MORE)
  const [one] = namesOf(report, [ONE])
  const lists = table(['', ...names], all.map(([label, values]) => [label, ...names.map(name => digits(values[name], 4))]))
  const groups = Object.entries(report.slices).flatMap(([slice, parts]) => Object.entries(parts).map(([group, part]) => [
    `${slice}: ${part.what}`, part.usersCounted.toLocaleString('en'),
    ...all.map(([, { slices }], at) => at === 0 ? withInterval(part, one) : digits(slices?.[slice][group][one] ?? NaN, 4)),
  ]))
  return [lists, table([`${one} by slice`, 'users', ...all.map(([label]) => label)], groups)]
}

/** The lists before and after the last step, and the difference; nothing where none was asked for. */
export function lastStepTable({ lastStep }: MetricsReport): string[] {
  if (!lastStep) return []
  const { mmr, caps, before, after, difference } = lastStep
  const asked = [...(mmr > 0 ? [`mmr ${mmr}`] : []), ...Object.entries(caps).map(([name, most]) => `${name}=${most}`)].join(', ')
  const names = [...COST, ...MORE].flatMap(metric => (Object.keys(difference) as Name[]).filter(name => name.split('@')[0] === metric))
  const row = (name: Name): string[] => [name, digits(before[name], 4), digits(after[name], 4), name in difference.intervals ? withInterval(difference, name, ', ') : digits(difference[name], 4)]
  return [table([`lists, ${asked}`, 'before', 'after', 'difference'], names.map(row)), 'Ranks in it are places in the list; intervals are of the users\' differences.']
}

/** What was measured, in a few lines. */
export function protocolLines({ protocol, baselines }: MetricsReport): string[] {
  const { split, ties, seed, usersCounted, usersUnknown, itemsUnseen, usersDecidedByTies, trainingAfterTest } = protocol
  const rule = ties === 'file' ? 'the last line of the file' : `a hash with seed ${seed}`
  const hasTimes = 'recentPopularity' in baselines
  return [
    `${split}, ${usersCounted} users, all candidates ranked, 95 % intervals over users; ${itemsUnseen} hidden items were never seen in training.`,
    ...(usersUnknown > 0 ? [`${usersUnknown} more users have something hidden and nothing known; they are not measured.`] : []),
    ...(usersDecidedByTies === undefined ? [] : [`${usersDecidedByTies} users have several interactions at the second where what is hidden begins; ${rule} decided which (--ties).`]),
    ...(trainingAfterTest === undefined ? [] : [`${(100 * trainingAfterTest).toFixed(1)} % of training is later than the moment a user is tested at, in the mean over users.`]),
    ...(hasTimes ? [] : ['The data have no timestamps: the order of the rows is the time.']),
  ]
}

/** What two stages say of their first one. */
export function aboutLines(about: Readonly<Record<string, unknown>> = {}): string[] {
  const { candidates, trees } = about as { candidates?: { perExample: number, recall: number, recallBySource: Record<string, number> }, trees?: number }
  if (!candidates) return []
  const bySource = Object.entries(candidates.recallBySource).map(([name, recall]) => `${name} ${digits(recall, 3)}`)
  return [`${candidates.perExample.toFixed(0)} candidates an example; recall ${digits(candidates.recall, 3)} (${bySource.join(', ')}); ${trees} trees order them.`]
}

const labels: Readonly<Record<string, string>> = { popularity: 'popularity', recentPopularity: 'recent popularity', random: 'random' }
const modelsOf = (model: string, report: MetricsReport): [string, MeasuredModel][] =>
  [[model, report], ...Object.entries(report.baselines).map(([name, values]): [string, MeasuredModel] => [labels[name] ?? name, values])]

// `auc` has no @k, and is read the same way.
const namesOf = (report: MetricsReport, metrics: readonly string[]): Name[] =>
  metrics.flatMap(metric => (Object.keys(report) as Name[]).filter(name => name.split('@')[0] === metric))

const digits = (value: number, places: number): string => value.toFixed(places).replace(/^(-?)0/, '$1')
const withInterval = (values: Numbers, name: Name, to = '–'): string =>
  `${digits(values[name], 4)} [${digits(values.intervals[name][0], 3)}${to}${digits(values.intervals[name][1], 3)}]`
