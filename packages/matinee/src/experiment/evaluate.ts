// A configuration measured on fits with several seeds, on several splits.
import {
  checkedDiversity, MatineeError, modelDefinition, questionsOf, readyKernels, runsReport,
  type Dataset, type Diversity, type Evaluation, type LossParts, type SplitRuns,
} from '@matinee/core'
import { withTieSeed, type Repeats, type RunConfig } from './config.ts'
import { loadAndHide, type DatasetSummary } from './hide.ts'
import { checkMemory } from './memory.ts'
import type { RunContext, RunResult } from './run.ts'
import { stopwatch } from './stopwatch.ts'

/** What measuring gives; losses, and what the model says besides, are those of the first fit. */
export type EvaluationResult = Pick<RunResult, 'dataset' | 'metrics' | 'perUser' | 'losses' | 'about' | 'timings'>

/**
 * For each tie seed loads and splits anew, for each seed fits and measures; a user's values are averaged over all fits first.
 *
 * context.onPhase is told of the first fit. With one seed of each the numbers are those of `run`.
 * Throws what the steps throw, and ERR_OPTION for several tie seeds where no seed decides the split.
 */
export async function evaluateRuns(
  load: () => Promise<Dataset>, config: RunConfig, repeats: Repeats, context: EvaluationContext,
): Promise<EvaluationResult> {
  const { time, timings } = stopwatch()
  readyKernels(context)
  const measured: MeasuredSplit[] = []
  for (const tieSeed of repeats.tieSeeds) {
    const { onPhase, ...quiet } = context
    measured.push(await measureSplit(load, withTieSeed(config, tieSeed), repeats, measured.length === 0 ? context : quiet, time))
  }
  const [{ dataset, losses, about, protocol }] = measured
  const { report, runs } = await time('evaluate', () => runsReport(measured.map(each => each.runs), repeats.seeds, protocol))
  return { dataset, metrics: report, perUser: runs, losses, about, timings }
}

/** What a measurement is run with; lastStep: of the lists, measured besides. */
export interface EvaluationContext extends Omit<RunContext, 'software' | 'now'> {
  readonly lastStep?: Diversity
}

interface MeasuredSplit {
  readonly dataset: DatasetSummary
  readonly runs: SplitRuns
  /** Of the first fit. */
  readonly losses: readonly LossParts[]
  readonly about: RunResult['about']
  readonly protocol: Parameters<typeof runsReport>[2]
}

// onPhase is told of the first fit.
async function measureSplit(
  load: () => Promise<Dataset>, config: RunConfig, { seeds, tieSeeds }: Repeats, { onPhase, lastStep, ...context }: EvaluationContext, time: ReturnType<typeof stopwatch>['time'],
): Promise<MeasuredSplit> {
  const definition = modelDefinition(config.model)
  const { dataset, split, training } = await loadAndHide(load, config, time)
  if (tieSeeds.length > 1 && split.protocol.seed === undefined) {
    throw new MatineeError('ERR_OPTION', `there are ${tieSeeds.length} tie seeds, expected 1: no seed decides this split (${config.split}, ties ${config.ties}).`)
  }
  if (lastStep) checkedDiversity(lastStep, dataset.catalogue) // after the fit the fit would be lost
  checkMemory(definition.bytesNeeded?.(training, config.modelOptions, context) ?? 0, context.availableBytes())
  const rules = { ...config, evaluatedOn: 'test', configurationsTried: 1, defaultsChosen: definition.defaultsChosen, ...(lastStep && { lastStep }) } as const
  const { ofModel, ofBaselines } = questionsOf({ ...rules, seed: seeds[0], split, training, catalogue: dataset.catalogue })
  const evaluations: Evaluation[] = []
  let losses: readonly LossParts[] = []
  let about: RunResult['about']
  for (const [at, seed] of seeds.entries()) {
    const model = await time('fit', () => definition.fit(training, config.modelOptions, { ...context, ...(at === 0 && { onPhase }), seed }))
    evaluations.push(await time('evaluate', () => ofModel(model, context)))
    if (at === 0) ({ losses = [], about } = model)
  }
  const baselines = await time('evaluate', () => ofBaselines(context))
  return { dataset, losses, about, runs: { tieSeed: config.tieSeed, evaluations, baselines }, protocol: { ...rules, split: split.protocol } }
}
