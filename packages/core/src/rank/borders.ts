// Borders between the bins of a feature: quantiles of a sample of its values, but a value that is common has a bin of its own
// (the greedy rule of LightGBM's bins).
import { seededRandom } from '../base/index.ts'

/** Rows that are looked at. */
const SAMPLE = 200_000

/** A sample's distinct values, rising, and how often each came. */
interface Distinct { readonly values: Float32Array, readonly counts: Uint32Array }

/**
 * [bins − 1 at most] borders, rising: a value is in bin number (borders below it). Each lies between two values of the sample, the
 * lower one included, so bins do not change when a feature is transformed monotonously.
 *
 * blocks: the feature's columns. NaN is left out.
 */
export function bordersOf(blocks: readonly Float32Array[], maxBins: number, seed: number): Float32Array {
  const { values, counts } = distinctOf(sampleOf(blocks, seed))
  const ends = values.length <= maxBins ? Array.from(values.keys()) : greedyEnds(counts, maxBins)
  return Float32Array.from(ends.filter(end => end < values.length - 1), end => between(values[end], values[end + 1]))
}

// One row at random of each of as many stretches of equal length, so that no rhythm of the rows is met.
function sampleOf(blocks: readonly Float32Array[], seed: number): Float32Array {
  const nRows = blocks.reduce((sum, { length }) => sum + length, 0)
  const n = Math.min(SAMPLE, nRows)
  const { uniform } = seededRandom(seed)
  const sample = new Float32Array(n)
  let kept = 0
  let block = 0
  let start = 0
  for (let at = 0; at < n; at++) {
    const row = n === nRows ? at : Math.floor((at + uniform()) * (nRows / n))
    while (row - start >= blocks[block].length) start += blocks[block++].length
    const value = blocks[block][row - start]
    if (!Number.isNaN(value)) sample[kept++] = value
  }
  return sample.subarray(0, kept)
}

function distinctOf(sample: Float32Array): Distinct {
  sample.sort()
  const values = new Float32Array(sample.length)
  const counts = new Uint32Array(sample.length)
  let n = 0
  for (let at = 0; at < sample.length; at++) {
    if (n === 0 || sample[at] !== values[n - 1]) values[n++] = sample[at]
    counts[n - 1]++
  }
  return { values: values.subarray(0, n), counts: counts.subarray(0, n) }
}

// The last value of each bin: a value as frequent as a bin's share has one of its own, the rest share what is left evenly.
function greedyEnds(counts: Uint32Array, maxBins: number): number[] {
  let rest = counts.reduce((sum, count) => sum + count, 0)
  let binsLeft = maxBins
  const share = rest / maxBins
  const isCommon = (at: number): boolean => counts[at] >= share
  for (let at = 0; at < counts.length; at++) {
    if (!isCommon(at)) continue
    rest -= counts[at]
    binsLeft--
  }
  const ends: number[] = []
  let inBin = 0
  for (let at = 0; at < counts.length && ends.length < maxBins - 1; at++) {
    inBin += counts[at]
    if (!isCommon(at)) rest -= counts[at]
    const shareOfRest = (rest + inBin) / Math.max(1, binsLeft)
    if (!isCommon(at) && inBin < shareOfRest && !(at + 1 < counts.length && isCommon(at + 1) && inBin >= shareOfRest / 2)) continue
    if (!isCommon(at)) binsLeft--
    ends.push(at)
    inBin = 0
  }
  return ends
}

// The middle of two values in float32, so that float32 and float64 agree on which side a value is.
function between(low: number, high: number): number {
  const middle = Math.fround(low + (high - low) / 2)
  return middle < high ? middle : low
}
