// One look at the validation item: a fit with these options and this seed, and its numbers.
import { MatineeError, modelDefinition, questionsOf, type Asked, type Evaluation } from '@matinee/core'
import { checkMemory, type RunContext } from '../experiment/index.ts'
import type { Options } from './space.ts'

/** What came of a look. */
export type Outcome = {
  /** Milliseconds of fit and measurement. */
  readonly ms: number
} & (
  | { readonly metrics: Readonly<Record<string, number>>, readonly standardErrors: Readonly<Record<string, number>>, readonly error?: undefined }
  | { readonly metrics?: undefined, readonly error: { readonly code: string, readonly detail: string } }
)

/** What a look needs; the same for all looks of a search. */
export interface LookInput extends Pick<Asked, 'training' | 'split' | 'k'> {
  readonly model: string
}

export type LookContext = Pick<RunContext, 'threads' | 'signal' | 'availableBytes'>

/**
 * Fits and measures. A configuration that cannot be fitted (ERR_SINGULAR, ERR_DIVERGED, ERR_MEMORY …) is an answer like
 * any other. Throws ERR_ABORTED, ERR_WORKER, and what is no MatineeError.
 */
export async function look(
  { model, ...asked }: LookInput, options: Options, seed: number, context: LookContext,
): Promise<Outcome> {
  const begun = performance.now()
  const elapsed = (): number => Math.round(performance.now() - begun)
  try {
    const definition = modelDefinition(model)
    const { training } = asked
    checkMemory(definition.bytesNeeded?.(training, options, context) ?? 0, context.availableBytes())
    const fitted = await definition.fit(training, options, { ...context, seed })
    const evaluation = await questionsOf({ ...asked, seed, evaluatedOn: 'validation' }).ofModel(fitted, context)
    return { ms: elapsed(), metrics: evaluation.metrics, standardErrors: standardErrors(evaluation) }
  } catch (error) {
    if (!(error instanceof MatineeError) || error.code === 'ERR_ABORTED' || error.code === 'ERR_WORKER') throw error
    return { ms: elapsed(), error: { code: error.code, detail: error.detail } }
  }
}

// Of the means over users: s/√n.
function standardErrors({ perUser: { values }, metrics }: Evaluation): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, all]) => {
    const squares = all.reduce((sum, value) => sum + (value - metrics[name]) * (value - metrics[name]), 0)
    return [name, Math.sqrt(squares / Math.max(1, all.length - 1) / all.length)]
  }))
}
