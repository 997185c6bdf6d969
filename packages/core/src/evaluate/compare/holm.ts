// Many comparisons at once: one of twenty differences that are chance has p < .05.

/** p-values times as many as are still in question, the smallest first, none below one before it, at most 1 (Holm 1979). */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, at) => at).sort((a, b) => pValues[a] - pValues[b])
  const corrected = new Array<number>(pValues.length)
  let least = 0
  order.forEach((at, place) => {
    least = Math.max(least, Math.min(1, (pValues.length - place) * pValues[at]))
    corrected[at] = least
  })
  return corrected
}
