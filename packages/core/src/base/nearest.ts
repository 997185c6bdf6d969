// The known ids that look most like a mistyped one.

/** The `count` ids nearest to `wanted` by edit distance (Levenshtein), nearest first, ties in the order given. */
export function nearestIds(wanted: string, ids: Iterable<string>, count = 3): string[] {
  const best: { id: string; distance: number }[] = []
  for (const id of ids) {
    const worst = best.length < count ? Infinity : best[best.length - 1].distance
    if (Math.abs(id.length - wanted.length) >= worst) continue
    const distance = editDistance(wanted, id)
    if (distance >= worst) continue
    const at = best.findIndex(other => other.distance > distance)
    best.splice(at < 0 ? best.length : at, 0, { id, distance })
    if (best.length > count) best.pop()
  }
  return best.map(({ id }) => id)
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1))
    }
    previous = row
  }
  return previous[b.length]
}
