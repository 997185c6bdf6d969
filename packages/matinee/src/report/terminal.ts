// Means and intervals as lines of characters.

export interface IntervalRow {
  readonly label: string
  readonly mean: number
  readonly interval: readonly [number, number]
}

const WIDTH = 48

/** A line a row: ├──●──┤ from 0 to the greatest upper end. */
export function intervalChart(title: string, rows: readonly IntervalRow[]): string {
  const most = Math.max(...rows.map(({ interval }) => interval[1]), Number.MIN_VALUE)
  const place = (value: number): number => Math.min(WIDTH - 1, Math.round((value / most) * (WIDTH - 1)))
  const wide = Math.max(...rows.map(({ label }) => label.length))
  const lines = rows.map(({ label, mean, interval: [low, high] }) => {
    const cells: string[] = Array.from({ length: WIDTH }, (_, at) => at > place(low) && at < place(high) ? '─' : ' ')
    cells[place(low)] = '├'
    cells[place(high)] = '┤'
    cells[place(mean)] = '●'
    return `${label.padEnd(wide)} ${cells.join('')} ${mean.toFixed(4).replace(/^0/, '')}`
  })
  return [`${title}, 95 % intervals; the left edge is 0`, ...lines].join('\n')
}
