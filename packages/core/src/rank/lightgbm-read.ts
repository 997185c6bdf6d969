// LightGBM's text (versions v3 and v4) as a ranker: trees of numerical splits, one a round.
import { MatineeError } from '../base/index.ts'
import type { Tree } from '../kernels/index.ts'
import type { TreeRanker } from './ranker.ts'

const CATEGORICAL = 1
const DEFAULT_LEFT = 2
/** Two bits of decision_type: what counts as missing. */
const MISSING = { none: 0, zero: 1 } as const

/**
 * The ranker whose scores are LightGBM's raw ones.
 *
 * name: of the text, for errors. Throws ERR_FORMAT for what is no such text or a broken one, ERR_NOT_SUPPORTED for categorical splits, linear trees, zero as
 * a missing value, several classes and averaged trees.
 */
export function readLightGbm(text: string, name = 'the LightGBM model'): TreeRanker {
  const [head, ...parts] = text.replaceAll('\r\n', '\n').split(/^Tree=/m)
  const fail = (detail: string): never => { throw new MatineeError('ERR_FORMAT', `${name}: ${detail}`) }
  if (!head.startsWith('tree\n')) fail('does not begin with the line "tree", as LightGBM\'s text does.')
  const header = fieldsOf(head)
  refuseOthers(header, /^average_output$/m.test(head), name)
  const names = header.get('feature_names')?.split(' ') ?? fail('has no feature_names.')
  if (Number(header.get('max_feature_idx')) !== names.length - 1) fail(`max_feature_idx is ${header.get('max_feature_idx')}, expected ${names.length - 1} for ${names.length} feature_names.`)
  const infos = header.get('feature_infos')?.split(' ') ?? []
  const sizes = (header.get('tree_sizes') ?? '').split(' ').filter(size => size !== '')
  if (sizes.length !== parts.length) fail(`holds ${parts.length} trees, expected ${sizes.length}, as tree_sizes says.`)
  if (!/^end of trees$/m.test(parts.at(-1) ?? head)) fail('ends before "end of trees".')
  return {
    featureNames: names,
    ranges: names.map((_, feature) => rangeOf(infos[feature])),
    trees: parts.map((part, number) => treeOf(fieldsOf(part.split(/^end of trees$/m)[0]), names.length, `${name}, tree ${number}`)),
  }
}

const fieldsOf = (text: string): Map<string, string> =>
  new Map(text.split('\n').filter(line => line.includes('=')).map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1).trim()]))

function refuseOthers(header: ReadonlyMap<string, string>, isAveraged: boolean, name: string): void {
  const refuse = (detail: string): never => { throw new MatineeError('ERR_NOT_SUPPORTED', `${name} ${detail}`) }
  const version = header.get('version')
  if (version !== 'v3' && version !== 'v4') refuse(`has version ${version}, expected v3 or v4.`)
  if (header.get('num_class') !== '1' || header.get('num_tree_per_iteration') !== '1') refuse('scores several classes, expected one score a row.')
  if (isAveraged) refuse('averages its trees (boosting rf), expected a sum.')
}

// "[least:greatest]", "none" or the values of a category.
function rangeOf(info: string | undefined): readonly [number, number] | undefined {
  const found = /^\[(.+):(.+)\]$/.exec(info ?? '')
  return found ? [Number(found[1]), Number(found[2])] : undefined
}

function treeOf(fields: ReadonlyMap<string, string>, nFeatures: number, name: string): Tree {
  const fail = (detail: string): never => { throw new MatineeError('ERR_FORMAT', `${name}: ${detail}`) }
  const refuse = (detail: string): never => { throw new MatineeError('ERR_NOT_SUPPORTED', `${name} ${detail}`) }
  const nLeaves = Number(fields.get('num_leaves'))
  if (!Number.isInteger(nLeaves) || nLeaves < 1) fail(`num_leaves is ${fields.get('num_leaves')}, expected a whole number from 1.`)
  const numbers = (field: string, n: number, isNeeded = true): number[] => {
    const text = fields.get(field) ?? ''
    if (text === '' && (n === 0 || !isNeeded)) return Array.from({ length: n }, () => 0)
    const values = text.split(' ').map(word => word === '' ? NaN : Number(word))
    if (values.length !== n || !values.every(Number.isFinite)) fail(`${field} must be ${n} numbers, found "${text.slice(0, 60)}" (${values.length}).`)
    return values
  }
  const whole = (field: string, n: number, isNeeded = true): Int32Array => {
    const values = numbers(field, n, isNeeded)
    if (!values.every(value => value === (value | 0))) fail(`${field} must be whole numbers below 2³¹.`)
    return Int32Array.from(values)
  }
  if (Number(fields.get('num_cat') ?? 0) !== 0) refuse('has categorical splits, expected numerical ones: encode the category as numbers and train again.')
  if (Number(fields.get('is_linear') ?? 0) !== 0) refuse('is linear in its leaves, expected constants: train with linear_tree=false.')
  const nSplits = nLeaves - 1
  const decisions = whole('decision_type', nSplits)
  const threshold = Float64Array.from(numbers('threshold', nSplits))
  if (decisions.some(decision => (decision & CATEGORICAL) !== 0)) refuse('has categorical splits, expected numerical ones.')
  if (decisions.some(decision => ((decision >> 2) & 3) === MISSING.zero)) refuse('takes zero for a missing value, expected NaN: train with zero_as_missing=false.')
  // where nothing was missing in training, LightGBM takes NaN for 0
  const goesLeft = (decision: number, at: number): boolean => (decision >> 2) === MISSING.none ? threshold[at] >= 0 : (decision & DEFAULT_LEFT) !== 0
  const tree: Tree = {
    feature: whole('split_feature', nSplits),
    threshold,
    missingLeft: Uint8Array.from(decisions, (decision, at) => Number(goesLeft(decision, at))),
    left: whole('left_child', nSplits),
    right: whole('right_child', nSplits),
    gain: Float64Array.from(numbers('split_gain', nSplits, false)),
    internalValue: Float64Array.from(numbers('internal_value', nSplits, false)),
    internalWeight: Float64Array.from(numbers('internal_weight', nSplits, false)),
    internalCount: whole('internal_count', nSplits, false),
    leafValue: Float64Array.from(numbers('leaf_value', nLeaves)),
    leafWeight: Float64Array.from(numbers('leaf_weight', nLeaves, false)),
    leafCount: whole('leaf_count', nLeaves, false),
  }
  if (tree.feature.some(feature => feature < 0 || feature >= nFeatures)) fail(`split_feature must be from 0 to ${nFeatures - 1}.`)
  checkShape(tree, fail)
  return tree
}

// Every split but the root and every leaf is the child of one split, which comes before it.
function checkShape({ left, right, leafValue }: Tree, fail: (detail: string) => never): void {
  const nSplits = left.length
  const seen = new Uint8Array(nSplits + leafValue.length)
  for (let at = 0; at < nSplits; at++) {
    for (const child of [left[at], right[at]]) {
      if (child >= nSplits || ~child >= leafValue.length || (child >= 0 && child <= at)) fail(`split ${at} has a child ${child}, expected a later split or a leaf.`)
      const place = child >= 0 ? child : nSplits + ~child
      if (seen[place]++ > 0) fail(`node ${child} is the child of two splits.`)
    }
  }
}
