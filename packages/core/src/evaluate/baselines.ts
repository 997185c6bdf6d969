// What every model is held against, in the same run and by the same rules.
import type { TrainingSet } from '../dataset/index.ts'
import { models, type FitContext } from '../model/index.ts'
import { evaluateModel, type Evaluation, type EvaluationInput } from './evaluate-model.ts'
import { foldedIn, type GivenHistories } from './folded-in.ts'

/** Days that count as recent, before the newest training interaction. */
export const RECENT_DAYS = 30

/** The evaluations that stand beside every model's. */
export type Baselines = Readonly<Record<'popularity' | 'random', Evaluation>> & {
  /** Popularity of the last RECENT_DAYS days; absent where the data have no timestamps. */
  readonly recentPopularity?: Evaluation
}

/**
 * Fits and evaluates the baselines. context.seed: of the model `random`. given: where users are asked for whom no fit has
 * seen; the random order needs no history, it is drawn for anybody.
 */
export async function evaluateBaselines(
  training: TrainingSet, input: Omit<EvaluationInput, 'stage'>, context: FitContext, given?: GivenHistories,
): Promise<Baselines> {
  const { popularity, random } = models
  const evaluate = async (stage: string, fit: ReturnType<typeof random.fit>): Promise<Evaluation> => {
    const model = await fit
    return evaluateModel(given && model.scoreHistory ? foldedIn(model, given) : model, { ...input, stage }, context)
  }
  const recent = training.times
    && await evaluate('evaluate recent popularity', popularity.fit(training, { days: RECENT_DAYS, halfLife: 0 }, context))
  return {
    popularity: await evaluate('evaluate popularity', popularity.fit(training, { days: 0, halfLife: 0 }, context)),
    ...(recent && { recentPopularity: recent }),
    random: await evaluate('evaluate random', random.fit(training, {}, context)),
  }
}
