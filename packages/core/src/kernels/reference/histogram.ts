// Histograms of a leaf's rows by a feature's bins, and the best cut that they show. Sums are whole numbers below 2⁵³, so exact.
import { MISSING_BIN, type GrowthSettings, type TreeSplit, type Sums } from '../boosting-contract.ts'
import { leafGain, type Steps } from '../grow-tree.ts'

/** What is added up: [nRows] each, in whole steps. */
export interface WholeGradients { readonly gradients: Float64Array, readonly hessians: Float64Array }

const noSums: Sums = { gradient: 0, hessian: 0, count: 0 }
const plus = (a: Sums, b: Sums): Sums => ({ gradient: a.gradient + b.gradient, hessian: a.hessian + b.hessian, count: a.count + b.count })
const minus = (a: Sums, b: Sums): Sums => ({ gradient: a.gradient - b.gradient, hessian: a.hessian - b.hessian, count: a.count - b.count })

/** The sums of all rows given. */
export function sumsOf(rows: Uint32Array, { gradients, hessians }: WholeGradients): Sums {
  let [gradient, hessian] = [0, 0]
  for (const row of rows) {
    gradient += gradients[row]
    hessian += hessians[row]
  }
  return { gradient, hessian, count: rows.length }
}

/** [256] the sums of the rows by bin. */
export function histogramOf(rows: Uint32Array, bins: Uint8Array, { gradients, hessians }: WholeGradients): Sums[] {
  const histogram = Array.from({ length: MISSING_BIN + 1 }, () => noSums)
  for (const row of rows) histogram[bins[row]] = plus(histogram[bins[row]], { gradient: gradients[row], hessian: hessians[row], count: 1 })
  return histogram
}

/** The cut that gains most, the first of equals: by bin, missing values to the right before to the left. nBins: without the missing. */
export function bestCut(
  histogram: readonly Sums[], nBins: number, feature: number, total: Sums, settings: GrowthSettings, steps: Steps,
): TreeSplit | undefined {
  const missing = histogram[MISSING_BIN]
  const ofLeaf = leafGain(total, steps, settings.lambda)
  let best: TreeSplit | undefined
  let most = settings.minGainToSplit
  const consider = (bin: number, missingLeft: boolean, left: Sums): void => {
    const right = minus(total, left)
    if (!isLeaf(left, settings, steps) || !isLeaf(right, settings, steps)) return
    const gain = leafGain(left, steps, settings.lambda) + leafGain(right, steps, settings.lambda) - ofLeaf
    if (!(gain > most)) return
    most = gain
    best = { gain, feature, bin, missingLeft, left, right }
  }
  let left = noSums
  for (let bin = 0; bin < nBins; bin++) {
    left = plus(left, histogram[bin])
    consider(bin, false, left)
    if (missing.count > 0 && bin < nBins - 1) consider(bin, true, plus(left, missing))
  }
  // where the leaf has no missing value, one that comes later goes with the more rows
  return best && missing.count === 0 ? { ...best, missingLeft: best.left.count > best.right.count } : best
}

const isLeaf = ({ count, hessian }: Sums, { minDataInLeaf, minSumHessianInLeaf }: GrowthSettings, steps: Steps): boolean =>
  count >= minDataInLeaf && hessian > 0 && hessian * steps.hessian >= minSumHessianInLeaf
