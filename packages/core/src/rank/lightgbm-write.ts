// A ranker as LightGBM's text (version v4), which LightGBM loads and predicts from.
import { MatineeError } from '../base/index.ts'
import type { Tree } from '../kernels/index.ts'
import { importanceOf } from './importance.ts'
import type { TreeRanker } from './ranker.ts'

/** decision_type: a number, missing values are NaN; and what is added where they go left. */
const NUMBER_OR_NAN = 8
const DEFAULT_LEFT = 2

/** The text; the bytes are the same for the same ranker. Throws ERR_NOT_SUPPORTED for a feature's name with a space or control character. */
export function writeLightGbm(ranker: TreeRanker): string {
  const { featureNames, ranges, trees } = ranker
  const bad = featureNames.find(name => name === '' || /[\s",:[\]{}]/.test(name))
  if (bad !== undefined) {
    throw new MatineeError('ERR_NOT_SUPPORTED', `LightGBM's text cannot hold the feature name ${JSON.stringify(bad)}, expected one without spaces, quotes, commas, colons and brackets.`)
  }
  const texts = trees.map(treeText)
  return [
    'tree', 'version=v4', 'num_class=1', 'num_tree_per_iteration=1', 'label_index=0', `max_feature_idx=${featureNames.length - 1}`,
    'objective=lambdarank',
    `feature_names=${featureNames.join(' ')}`,
    `feature_infos=${ranges.map(range => range ? `[${range[0]}:${range[1]}]` : 'none').join(' ')}`,
    `tree_sizes=${texts.map(({ length }) => length).join(' ')}`, '',
    `${texts.join('')}end of trees`, '',
    'feature_importances:', ...importances(ranker), '',
    'parameters:', '[boosting: gbdt]', '[objective: lambdarank]', 'end of parameters', '',
    'pandas_categorical:null', '',
  ].join('\n')
}

function treeText(tree: Tree, number: number): string {
  const line = (name: string, values: { readonly length: number, join(by: string): string }): string => `${name}=${values.join(' ')}`
  return [
    `Tree=${number}`, `num_leaves=${tree.leafValue.length}`, 'num_cat=0',
    line('split_feature', tree.feature), line('split_gain', tree.gain), line('threshold', tree.threshold),
    line('decision_type', tree.missingLeft.map(left => NUMBER_OR_NAN + (left === 1 ? DEFAULT_LEFT : 0))),
    line('left_child', tree.left), line('right_child', tree.right),
    line('leaf_value', tree.leafValue), line('leaf_weight', tree.leafWeight), line('leaf_count', tree.leafCount),
    line('internal_value', tree.internalValue), line('internal_weight', tree.internalWeight), line('internal_count', tree.internalCount),
    'is_linear=0', 'shrinkage=1', '', '', '',
  ].join('\n')
}

function importances(ranker: TreeRanker): string[] {
  const { splits } = importanceOf(ranker)
  return ranker.featureNames.map((name, feature) => ({ name, splits: splits[feature] })).filter(feature => feature.splits > 0)
    .sort((a, b) => b.splits - a.splits).map(feature => `${feature.name}=${feature.splits}`)
}
