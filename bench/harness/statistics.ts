// What is quoted of repeated runs: median, quartiles, extremes, and two ways to say how much quicker one side was.

/** Of one side's runs, all in the unit of the result. */
export interface Summary {
  readonly median: number
  readonly quartiles: readonly [number, number]
  readonly min: number
  readonly max: number
  /** In the order in which they ran. */
  readonly runs: readonly number[]
}

/** Linear interpolation between the sorted values, share in [0, 1]. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = share * (sorted.length - 1)
  const below = Math.floor(at)
  return sorted[below] + (at - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below])
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

export function summary(runs: readonly number[]): Summary {
  const rounded = runs.map(significant)
  return {
    median: significant(median(runs)),
    quartiles: [significant(quantile(runs, 0.25)), significant(quantile(runs, 0.75))],
    min: Math.min(...rounded),
    max: Math.max(...rounded),
    runs: rounded,
  }
}

/** theirs ÷ ours, > 1 where we are ahead: of the medians, and the median over the pairs that ran side by side. */
export function ratios(ours: readonly number[], theirs: readonly number[]): { readonly ofMedians: number, readonly medianOfPairs: number } {
  return {
    ofMedians: significant(median(theirs) / median(ours)),
    medianOfPairs: significant(median(theirs.map((value, pair) => value / ours[pair]))),
  }
}

/** Five significant digits: what lies below is noise. */
export const significant = (value: number): number => Number(value.toPrecision(5))

/** A mean and its standard error. */
export function meanWithError(values: ArrayLike<number>): { readonly mean: number, readonly error: number } {
  const list = Array.from(values)
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length
  const variance = list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (list.length - 1)
  return { mean, error: Math.sqrt(variance / list.length) }
}

/** Slope of the least-squares line through (ln x, ln y). */
export function logLogSlope(points: readonly (readonly [number, number])[]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)])
  const mean = (axis: number): number => logs.reduce((sum, point) => sum + point[axis], 0) / logs.length
  const [x, y] = [mean(0), mean(1)]
  const covariance = logs.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0)
  return significant(covariance / logs.reduce((sum, point) => sum + (point[0] - x) ** 2, 0))
}
