// The whole measurement of one fitted model: its numbers, the baselines' beside them, and the protocol.
import type { OptionSpecs, OptionValues, RunContext } from '../base/index.ts'
import type { TrainingSet } from '../dataset/index.ts'
import type { FittedModel } from '../model/index.ts'
import type { Split } from '../split/index.ts'
import { evaluateBaselines } from './baselines.ts'
import { evaluateModel, type Evaluation, type EvaluationInput } from './evaluate-model.ts'
import { metricsReport, type MetricsReport } from './report.ts'

/** Options of every measurement. */
export const measureOptions = {
  k: { kind: 'integer', default: 10, min: 1, max: 100_000, help: 'List length of recall@k, ndcg@k …' },
  resamples: { kind: 'integer', default: 1000, min: 100, max: 100_000, help: 'Bootstrap resamples behind the intervals.' },
  seed: { kind: 'integer', default: 42, min: 0, max: 4_294_967_295, help: 'Seed of the model, the random baseline and the bootstrap.' },
} as const satisfies OptionSpecs

/** What a measurement needs to know besides the model. */
export interface MeasureInput extends OptionValues<typeof measureOptions> {
  /** What was fitted on; it must not hold a row of the part that is asked for. */
  readonly training: TrainingSet
  readonly split: Pick<Split, 'test' | 'validation' | 'protocol'>
  readonly evaluatedOn: 'test' | 'validation'
  /** How many configurations were tried on the validation item before; 1 when it was given. */
  readonly configurationsTried: number
  /** The model definition's `defaultsChosen`. */
  readonly defaultsChosen: string
}

/** The document, and the model's numbers user by user. */
export interface Measurement {
  readonly report: MetricsReport
  readonly evaluation: Evaluation
}

/** What every model is asked in a measurement. */
export const questionOf = ({ training, split, evaluatedOn, k }: MeasureInput): Omit<EvaluationInput, 'stage'> =>
  ({ training: training.byUser, holdout: split[evaluatedOn], ks: [k] })

/** Throws what evaluateModel throws. */
export async function measure(model: FittedModel, input: MeasureInput, context: RunContext): Promise<Measurement> {
  const { training, split, evaluatedOn, resamples, seed, configurationsTried, defaultsChosen } = input
  const question = questionOf(input)
  const evaluation = await evaluateModel(model, { ...question, stage: 'evaluate' }, context)
  const baselines = await evaluateBaselines(training, question, { ...context, seed })
  const protocol = { split: split.protocol, evaluatedOn, resamples, seed, configurationsTried, defaultsChosen }
  return { report: metricsReport({ model: evaluation, baselines, ...protocol }), evaluation }
}
