// Factorization by samples, and its presets, as lines of the registry. docs/math/factorization.md
import { MatineeError, resolveOptions, type OptionSpecs, type OptionValues } from '../../base/index.ts'
import { checkRankable, sgdBytes, threadsOf } from '../../kernels/index.ts'
import { rowLength, type Csr } from '../../sparse/index.ts'
import type { ModelDefinition, ModelState } from '../contract.ts'
import { floatTensor } from '../tensors.ts'
import { type Embeddings, fitEmbeddings, hybridSides } from './fit.ts'
import { fittedFactorization } from './fitted.ts'
import { options } from './options.ts'

type Chosen = OptionValues<typeof options>

const { loss: _, tries: __, ...common } = options

/** score = x_u · y_i + b_i */
export const factorization = definition('factorization', options, {}, {
  summary: 'Embeddings of users and items, learned from one interaction after the other by a loss of your choice.',
  defaultsChosen: 'those of warp',
  uses: ['itemFeatures', 'userFeatures'],
})

/** The same with the loss of Rendle et al. (2009). */
export const bpr = definition('bpr', common, { loss: 'bpr', tries: 10 }, {
  summary: 'Bayesian personalized ranking: what was had before what was not, pair by pair.',
  defaultsChosen: 'TODO',
})

/** The same with the loss of Weston, Bengio and Usunier (2011). */
export const warp = definition('warp', { ...common, tries: options.tries }, { loss: 'warp' }, {
  summary: 'WARP: what was had into the first places, by looking for items that stand too high.',
  defaultsChosen: 'TODO',
})

/** WARP over sums with features (Kula 2015). */
export const lightfm = definition('lightfm', { ...common, tries: options.tries }, { loss: 'warp' }, {
  summary: 'WARP over sums of embeddings of users, items and what is known of them: a new item has a place by its features.',
  defaultsChosen: 'TODO',
  uses: ['itemFeatures', 'userFeatures'],
})

function definition<Specs extends OptionSpecs>(
  name: string, specs: Specs, fixed: Partial<Chosen>, told: Pick<ModelDefinition, 'summary' | 'defaultsChosen' | 'uses'>,
): ModelDefinition<Specs> {
  const whole = (values: OptionValues<Specs>): Chosen => ({ ...values, ...fixed }) as unknown as Chosen
  return {
    ...told,
    options: specs,
    effort: 'epochs',
    bytesNeeded(training, values, context) {
      const { byUser, byItem } = training
      const chosen = whole(values)
      // the kernels' memory, the embeddings taken from it, and packed for lists and scores
      return sgdBytes({ byUser, byItem, ...chosen, hybrid: hybridSides(training) }, threadsOf(context)) + 4 * (chosen.factors + 1) * (2 * byUser.nRows + 6 * byItem.nRows)
    },
    async fit(training, values, context) {
      const chosen = whole(values)
      checkRankable(training.byItem.nRows, nRowsHad(training.byItem), chosen.factors + 1)
      return fittedFactorization(name, await fitEmbeddings(training, chosen, context, name), chosen)
    },
    async restore(state) {
      const chosen = restoredOptions(state)
      return fittedFactorization(name, restoredEmbeddings(state, chosen.factors), chosen)
    },
  }
}

// Rows with interactions.
function nRowsHad(matrix: Csr): number {
  let n = 0
  for (let row = 0; row < matrix.nRows; row++) if (rowLength(matrix, row) > 0) n++
  return n
}

function restoredOptions(state: ModelState): Chosen {
  try {
    return resolveOptions(options, state.options)
  } catch (cause) {
    throw new MatineeError('ERR_FORMAT', `the ${state.model} model's options are none of it: ${(cause as Error).message}`, { cause })
  }
}

function restoredEmbeddings(state: ModelState, factors: number): Embeddings {
  const { data: userFactors } = floatTensor(state, 'user_factors', [-1, factors])
  const { data: itemBiases } = floatTensor(state, 'item_biases', [-1])
  const { data: itemFactors } = floatTensor(state, 'item_factors', [itemBiases.length, factors])
  if (userFactors.every(Number.isFinite) && itemFactors.every(Number.isFinite)) return { userFactors, itemFactors, itemBiases }
  throw new MatineeError('ERR_FORMAT', `the ${state.model} model holds factors that are not finite numbers.`)
}
