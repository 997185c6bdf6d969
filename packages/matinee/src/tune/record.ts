// What metrics.json says of the search: enough to judge it, and to do it again.
import type { Chosen } from '../experiment/index.ts'
import type { Search } from './choose.ts'
import type { Candidate, Ended, Log, Look } from './log.ts'
import { ETA, type Options, type Space } from './space.ts'

/** A configuration without its effort, and how far it came. */
export interface TrialRecord {
  readonly trial: number
  readonly origin: Look['origin']
  readonly options: Options
  readonly looks: readonly { readonly effort?: number, readonly seed: number, readonly ms: number, readonly value?: number, readonly standardError?: number }[]
  /** Why it was given no more. */
  readonly stopped: string
}

/** `tuning` in metrics.json. */
export interface TuningRecord {
  readonly objective: string
  readonly evaluatedOn: 'validation'
  readonly procedure: string
  readonly repeatable: boolean
  readonly seed: number
  readonly budget: { readonly trials: number, readonly seconds?: number }
  readonly secondsSpent: number
  readonly space: Readonly<Record<string, unknown>>
  readonly fixed: Options
  readonly effort?: Space['effort']
  readonly configurationsTried: number
  readonly winner: Candidate
  readonly defaults?: Candidate
  readonly trials: readonly TrialRecord[]
}

/** From the log of a search that has ended. */
export function tuningRecord({ space, seed, objective, trials, budgetMs }: Search, { looks }: Log, { winner, defaults, repeatable }: Ended): TuningRecord {
  return {
    objective,
    evaluatedOn: 'validation',
    procedure: 'the defaults, shifted Sobol points, then neighbours of the best; the best third at an effort gets more of it; '
      + 'the best by one seed are fitted with further ones, and the best mean is the winner',
    repeatable,
    seed,
    budget: { trials, ...(budgetMs !== undefined && { seconds: budgetMs / 1000 }) },
    secondsSpent: Math.max(0, ...looks.map(look => look.spentMs)) / 1000,
    space: Object.fromEntries(space.dimensions.map(dimension => [dimension.name, dimension.kind === 'choice' ? dimension.choices : dimension.range])),
    fixed: space.fixed,
    ...(space.effort && { effort: space.effort }),
    configurationsTried: new Set(looks.map(({ options }) => JSON.stringify(options))).size,
    winner,
    ...(defaults && { defaults }),
    trials: trialRecords(space, looks, objective, winner),
  }
}

/** What a run is told of the search that chose its configuration. */
export function chosenBy(id: string, record: TuningRecord, defaultsChosen: string): Chosen {
  const { configurationsTried, objective } = record
  const how = `matinee tune chose among ${configurationsTried} configurations by ${objective} on the validation item`
  return { id, configurationsTried, record, defaultsChosen: `${how}; what it left alone is as given or as before: ${defaultsChosen}` }
}

// Trials in the order of their numbers.
function trialRecords({ effort }: Space, looks: readonly Look[], objective: string, winner: Candidate): TrialRecord[] {
  const trials = new Map<number, Look[]>()
  for (const look of looks) trials.set(look.trial, [...trials.get(look.trial) ?? [], look])
  const effortOf = (look: Look): number | undefined => effort && Number(look.options[effort.name])
  return [...trials.entries()].sort(([a], [b]) => a - b).map(([trial, own]) => ({
    trial,
    origin: own[0].origin,
    options: Object.fromEntries(Object.entries(own[0].options).filter(([name]) => name !== effort?.name)),
    looks: own.map(look => ({
      ...(effort && { effort: effortOf(look) }), seed: look.seed, ms: look.ms,
      ...(look.metrics && { value: look.metrics[objective], standardError: look.standardErrors[objective] }),
    })),
    stopped: trial === winner.trial ? 'won' : whyStopped(own, effortOf, effort?.rungs),
  }))
}

function whyStopped(looks: readonly Look[], effortOf: (look: Look) => number | undefined, rungs: readonly number[] = []): string {
  const failed = looks.find(({ error }) => error)
  if (failed?.error) return `${failed.error.code}: ${failed.error.detail}`
  if (looks.some(({ origin }) => origin === 'final')) return 'another had the better mean over seeds'
  const most = Math.max(...looks.map(look => effortOf(look) ?? Infinity))
  if (most >= (rungs.at(-1) ?? 0)) return 'not among the best that were fitted with further seeds'
  return `not in the best 1/${ETA} with effort ${most}`
}
