// Factorization by samples, and its presets, as lines of the registry. docs/math/factorization.md
import { MatineeError, resolveOptions, type OptionSpecs, type OptionValues } from '../../base/index.ts'
import { checkRankable, sgdBytes, threadsOf } from '../../kernels/index.ts'
import type { ModelDefinition, ModelState } from '../contract.ts'
import { floatTensor, withKeptRows } from '../tensors.ts'
import { type Embeddings, fitEmbeddings, hybridSides } from './fit.ts'
import { fittedFactorization } from './fitted.ts'
import { options } from './options.ts'

type Chosen = OptionValues<typeof options>

const { loss: _, ...anyLoss } = options
const { tries: __, ...pairwise } = withDefaults(anyLoss, {
  factors: 84, epochs: 66, learningRate: 0.19, userRegularization: 0.022, itemRegularization: 0.0042,
})

const CHOSEN = 'among 41 configurations by NDCG@10 on the validation item of ml-100k (bench/results/factorization-defaults.jsonl)'

/** score = x_u · y_i + b_i */
export const factorization = definition('factorization', options, {}, {
  summary: 'Embeddings of users and items, learned from one interaction after the other by a loss of your choice.',
  defaultsChosen: `those of warp: ${CHOSEN}`,
  uses: ['itemFeatures', 'userFeatures'],
})

/** The same with the loss of Rendle et al. (2009). */
export const bpr = definition('bpr', pairwise, { loss: 'bpr', tries: 10 }, {
  summary: 'Bayesian personalized ranking: what was had before what was not, pair by pair.',
  defaultsChosen: CHOSEN,
})

/** The same with the loss of Weston, Bengio and Usunier (2011). */
export const warp = definition('warp', anyLoss, { loss: 'warp' }, {
  summary: 'WARP: what was had into the first places, by looking for items that stand too high.',
  defaultsChosen: CHOSEN,
})

/** WARP over sums with features (Kula 2015). */
export const lightfm = definition('lightfm', anyLoss, { loss: 'warp' }, {
  summary: 'WARP over sums of embeddings of users, items and what is known of them: a new item has a place by its features.',
  defaultsChosen: CHOSEN,
  uses: ['itemFeatures', 'userFeatures'],
})

// The same declarations with other defaults.
function withDefaults<Specs extends OptionSpecs>(specs: Specs, defaults: { readonly [Name in keyof Specs]?: number }): Specs {
  return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, { ...spec, default: defaults[name] ?? spec.default }])) as unknown as Specs
}

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
      const descent = sgdBytes({ byUser, byItem, ...chosen, hybrid: hybridSides(training) }, threadsOf(context))
      return descent + 4 * (chosen.factors + 1) * (2 * byUser.nRows + 6 * byItem.nRows)
    },
    async fit(training, values, context) {
      const chosen = whole(values)
      const nItems = training.byItem.nRows
      checkRankable(nItems, nItems, chosen.factors + 1)
      return fittedFactorization(name, await fitEmbeddings(training, chosen, context, name), chosen)
    },
    withoutOthers: (state, kept) => withKeptRows(state, 'user_factors', kept),
    async restore(state) {
      const chosen = restoredOptions(state)
      return fittedFactorization(name, restoredEmbeddings(state, chosen.factors), chosen)
    },
  }
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
