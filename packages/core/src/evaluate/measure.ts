// The whole measurement of one fitted model: its numbers, the baselines' beside them, and the protocol.
import type { OptionSpecs, OptionValues, RunContext } from '../base/index.ts'
import type { Catalogue, TrainingSet } from '../dataset/index.ts'
import type { FittedModel } from '../model/index.ts'
import type { Diversity } from '../rank/index.ts'
import { rowLength, type Csr } from '../sparse/index.ts'
import type { Split } from '../split/index.ts'
import { evaluateBaselines, type Baselines } from './baselines.ts'
import { evaluateModel, type Evaluation } from './evaluate-model.ts'
import { foldedIn, givenHistories } from './folded-in.ts'
import { metricsReport, type MetricsReport } from './report.ts'

/** Options of every measurement. */
export const measureOptions = {
  k: { kind: 'integer', default: 10, min: 1, max: 100_000, help: 'List length of recall@k, ndcg@k …' },
  resamples: { kind: 'integer', default: 1000, min: 100, max: 100_000, help: 'Bootstrap resamples behind the intervals.' },
  seed: { kind: 'integer', default: 42, min: 0, max: 4_294_967_295, help: 'Seed of the model, the random baseline and the bootstrap.' },
  metrics: { kind: 'choice', default: 'main', choices: ['main', 'all'], help: 'all: also AUC, metrics of the lists, and slices by user and item.' },
  sampled: {
    kind: 'integer', default: 0, min: 0, max: 1_000_000,
    help: 'Also rank among so many random items a user, for comparing with papers that did; 0 does not.',
  },
} as const satisfies OptionSpecs

type MeasureOptions = OptionValues<typeof measureOptions>

/** What a measurement needs to know besides the model. */
export interface MeasureInput extends Omit<MeasureOptions, 'metrics' | 'sampled'>, Partial<Pick<MeasureOptions, 'metrics' | 'sampled'>> {
  /** What was fitted on; it must not hold a row of the part that is asked for. */
  readonly training: TrainingSet
  readonly split: Pick<Split, 'test' | 'validation' | 'histories' | 'decidedByTies' | 'protocol'>
  /** For what lists are made of; no diversity without it. */
  readonly catalogue?: Catalogue
  readonly evaluatedOn: 'test' | 'validation'
  /** How many configurations were tried on the validation item before; 1 when it was given. */
  readonly configurationsTried: number
  /** The model definition's `defaultsChosen`. */
  readonly defaultsChosen: string
}

/** What is asked in a measurement, of any model fitted on the same training set. */
export interface Questions {
  /** Throws what evaluateModel throws, and ERR_NOT_SUPPORTED for a model that cannot take the histories of a split by users. */
  readonly ofModel: (model: FittedModel, context: RunContext) => Promise<Evaluation>
  readonly ofBaselines: (context: RunContext) => Promise<Baselines>
}

/** What the questions are made of. */
export interface Asked extends Pick<MeasureInput, 'training' | 'evaluatedOn' | 'seed' | 'k' | 'metrics' | 'sampled' | 'catalogue'> {
  readonly split: Omit<MeasureInput['split'], 'protocol'>
  /** The last step of the model's lists, measured besides; not of the baselines'. */
  readonly lastStep?: Diversity
}

/** The questions of a measurement. */
export function questionsOf({ training, split, evaluatedOn, seed, k, metrics = 'main', sampled = 0, catalogue, lastStep }: Asked): Questions {
  const given = split.histories && givenHistories(split.histories[evaluatedOn], training.weighting)
  const { decidedByTies } = split
  const shared = {
    training: training.byUser, popularity: interactionsOfItems(training.byItem), holdout: split[evaluatedOn], ks: [k], metrics,
    ...(given && { known: given.known }), ...(catalogue && { catalogue }), ...(sampled > 0 && { sampling: { negatives: sampled, seed } }),
    ...(decidedByTies && evaluatedOn === 'test' && { decidedByTies }),
  }
  return {
    ofModel: (model, context) => evaluateModel(given ? foldedIn(model, given) : model, { ...shared, stage: 'evaluate', ...(lastStep && { lastStep }) }, context),
    ofBaselines: context => evaluateBaselines(training, shared, { ...context, seed }, given),
  }
}

/** The document, and the model's numbers user by user. */
export interface Measurement {
  readonly report: MetricsReport
  readonly evaluation: Evaluation
}

/** Throws what its questions throw. */
export async function measureUsers(model: FittedModel, input: MeasureInput, context: RunContext): Promise<Measurement> {
  const { ofModel, ofBaselines } = questionsOf(input)
  const evaluation = await ofModel(model, context)
  const baselines = await ofBaselines(context)
  return { report: metricsReport({ ...input, split: input.split.protocol, model: evaluation, baselines }), evaluation }
}

/** The document alone. Throws what the questions throw. */
export const measure = async (model: FittedModel, input: MeasureInput, context: RunContext): Promise<MetricsReport> =>
  (await measureUsers(model, input, context)).report

// [nItems]
const interactionsOfItems = (byItem: Csr): Uint32Array => Uint32Array.from({ length: byItem.nRows }, (_, item) => rowLength(byItem, item))
