// Implicit ALS (Hu, Koren, Volinsky 2008), as one line of the registry. docs/math/als.md
import { checkRankable, layOutAls, threadsOf } from '../../kernels/index.ts'
import { rowLength, type Csr } from '../../sparse/index.ts'
import type { ModelDefinition } from '../contract.ts'
import { choiceOption, numberOption, withKeptRows } from '../tensors.ts'
import { fitAls } from './fit.ts'
import { fittedAls } from './fitted.ts'
import { alsOptions } from './options.ts'
import { restoredFactors } from './state.ts'

/** score = x_u · y_i */
export const als: ModelDefinition<typeof alsOptions> = {
  summary: 'Implicit alternating least squares: matrix factorization with confidences.',
  options: alsOptions,
  defaultsChosen: 'among 56 configurations by NDCG@10 on the validation item of ml-100k (bench/results/als-defaults.jsonl)',
  effort: 'iterations',
  startsFrom: (state, { factors }) => state.model === 'als' && state.tensors.user_factors?.shape[1] === factors,
  bytesNeeded({ byUser, byItem }, { factors, alpha, regularization }, context) {
    const problem = { byUser, byItem, factors, alpha, regularization }
    const { stride, plain, gatheredRows, sides: { users, items } } = layOutAls(problem, threadsOf(context))
    // the wasm memory as far as it is touched: only the users are refined, with the items held
    const wasmBytes = plain + (items.isResident ? 4 * stride * items.nRows : 0)
    // the factors, what is whitened outside, the items as they were before momentum, and packed for lists and scores
    return wasmBytes + 4 * factors * (users.nRows + items.nRows + gatheredRows + 4 * items.nRows)
  },
  async fit(training, options, context) {
    const { factors, alpha, unobservedWeight, regularization, regularizationScaling } = options
    checkRankable(training.byItem.nRows, nRowsHad(training.byItem), factors)
    const fit = await fitAls(training, options, context)
    return fittedAls({ ...fit, factors, alpha, unobservedWeight, regularization, regularizationScaling }, { ...options })
  },
  withoutOthers: (state, kept) => withKeptRows(state, 'user_factors', kept),
  async restore(state) {
    const factors = restoredFactors(state)
    // a state from before these options has none of them: it was fitted with what are their defaults
    const whole = { ...state, options: { unobservedWeight: 1, regularizationScaling: 'none', ...state.options } }
    const [alpha, unobservedWeight, regularization] = ['alpha', 'unobservedWeight', 'regularization'].map(name => numberOption(whole, name))
    const regularizationScaling = choiceOption(whole, 'regularizationScaling', alsOptions.regularizationScaling.choices)
    return fittedAls({ ...factors, alpha, unobservedWeight, regularization, regularizationScaling, losses: [] }, state.options)
  },
}

// Rows with interactions.
function nRowsHad(matrix: Csr): number {
  let n = 0
  for (let row = 0; row < matrix.nRows; row++) if (rowLength(matrix, row) > 0) n++
  return n
}
