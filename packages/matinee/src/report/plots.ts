// The pictures of the page, as SVG text. Colours are the page's variables, so that they follow light and dark.
import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { kOf, type MeasuredVersion } from './measure.ts'

const WIDTH = 680
export const N_COLOURS = 8

/** Of the version at that place. */
export const colourOf = (at: number): string => `var(--c${at % N_COLOURS})`

/** A picture as SVG text. */
export function draw(options: Plot.PlotOptions): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const x = { labelOffset: 40, ...options.x }
  return Plot.plot({ document, width: WIDTH, marginBottom: 46, className: 'plot', style: { fontSize: '12px', background: 'none' }, ...options, x }).outerHTML
}

interface Line {
  readonly label: string
  readonly colour: string
  readonly points: readonly { readonly x: number, readonly y: number }[]
}

// Lines with their names at their ends, moved apart where they would lie over one another. height: of the plot, in pixels.
function namedLines(lines: readonly Line[], height: number): Plot.Markish[] {
  const all = lines.flatMap(({ points }) => points.map(({ y }) => y))
  const gap = (15 / (height - 66)) * (Math.max(...all) - Math.min(0, ...all))
  const ends = lines.map(({ points }, at) => ({ at, y: points[points.length - 1].y })).sort((a, b) => b.y - a.y)
  ends.forEach((end, rank) => { if (rank > 0) end.y = Math.min(end.y, ends[rank - 1].y - gap) })
  const placeOf = new Map(ends.map(({ at, y }) => [at, y]))
  return lines.flatMap(({ label, colour, points }, at) => [
    Plot.lineY(points, { x: 'x', y: 'y', stroke: colour, strokeWidth: 2 }),
    Plot.text([label], { x: [points[points.length - 1].x], y: [placeOf.get(at) ?? 0], textAnchor: 'start', dx: 8, fill: colour }),
  ])
}

/** Mean and interval of a metric, a row a version, then the baselines. */
export function comparisonPlot(versions: readonly MeasuredVersion[], metric: string): string {
  const name = `${metric}@${kOf(versions[0].metrics)}` as const
  const rows = [
    ...versions.map(({ label, metrics }, at) => ({ label, mean: metrics[name], interval: metrics.intervals[name], colour: colourOf(at) })),
    ...Object.entries(versions[0].metrics.baselines).map(([label, baseline]) =>
      ({ label: `${label} (baseline)`, mean: baseline[name], interval: baseline.intervals[name], colour: 'var(--quiet)' })),
  ]
  return draw({
    height: 48 + 26 * rows.length, marginLeft: 210, x: { grid: true, label: name, zero: true }, y: { label: null, domain: rows.map(({ label }) => label) },
    marks: [
      Plot.ruleX([0]),
      ...rows.map(({ label, interval: [low, high], colour }) => Plot.ruleY([label], { y: [label], x1: [low], x2: [high], stroke: colour, strokeWidth: 3 })),
      ...rows.map(({ label, mean, colour }) => Plot.dot([label], { y: [label], x: [mean], fill: colour, r: 5 })),
    ],
  })
}

/** Recall by list length, a line a version; the length on a logarithmic scale. */
export function recallPlot(versions: readonly MeasuredVersion[]): string {
  const ks = versions[0].curve.map(({ k }) => k)
  const height = 320
  const lines = versions.map(({ curve, label }, at) => ({ label, colour: colourOf(at), points: curve.map(({ k, recall }) => ({ x: k, y: recall })) }))
  return draw({
    height, marginRight: 170, x: { type: 'log', label: 'K', ticks: ks, tickFormat: String }, y: { grid: true, label: 'recall@K', zero: true },
    marks: namedLines(lines, height),
  })
}

/** The loss by iteration, as a share of that after the first. Undefined where no model minimises one. */
export function lossPlot(versions: readonly MeasuredVersion[]): string | undefined {
  const height = 280
  const lines = versions.flatMap(({ losses, label }, at) => losses.length < 2 ? [] : [{
    label, colour: colourOf(at), points: losses.map(({ total }, iteration) => ({ x: iteration + 1, y: total / losses[0].total })),
  }])
  if (lines.length === 0) return undefined
  return draw({
    height, marginRight: 170, x: { label: 'iteration', tickFormat: 'd' }, y: { grid: true, label: 'loss ÷ loss after the first iteration', zero: true },
    marks: namedLines(lines, height),
  })
}

/** How the places of the lists are spread over the catalogue, the most popular items first, beside the interactions themselves. */
export function longTailPlot(versions: readonly MeasuredVersion[]): string {
  const { popularity } = versions[0]
  const order = Array.from(popularity.keys()).sort((a, b) => popularity[b] - popularity[a] || a - b)
  const shares = (counts: Float64Array): { items: number, share: number }[] => {
    const total = counts.reduce((sum, count) => sum + count, 0)
    let sum = 0
    const all = order.map((item, at) => ({ items: (at + 1) / order.length, share: (sum += counts[item]) / total }))
    return [{ items: 0, share: 0 }, ...all.filter((_, at) => at % Math.ceil(order.length / 200) === 0 || at === order.length - 1)]
  }
  const lines = [
    { colour: 'var(--quiet)', points: shares(popularity) },
    ...versions.map(({ recommended }, at) => ({ colour: colourOf(at), points: shares(recommended) })),
  ]
  return draw({
    height: 320, marginRight: 30, x: { label: '% of the catalogue, most popular first', percent: true }, y: { grid: true, label: '% of list places', percent: true },
    marks: lines.map(({ colour, points }, at) =>
      Plot.lineY(points, { x: 'items', y: 'share', stroke: colour, strokeWidth: 2, ...(at === 0 && { strokeDasharray: '4 3' }) })),
  })
}

/** Coverage of the catalogue against NDCG, a dot a version. */
export function coveragePlot(versions: readonly MeasuredVersion[]): string {
  const k = kOf(versions[0].metrics)
  const points = versions.map(({ label, coverage, metrics }, at) => ({ label, coverage, ndcg: metrics[`ndcg@${k}`], colour: colourOf(at) }))
  return draw({
    height: 300, marginRight: 150, x: { grid: true, label: `% of the items in any list of ${k}`, percent: true, zero: true }, y: { grid: true, label: `ndcg@${k}`, zero: true },
    marks: points.flatMap(({ label, coverage, ndcg, colour }) => [
      Plot.dot([label], { x: [coverage], y: [ndcg], fill: colour, r: 6 }),
      Plot.text([label], { x: [coverage], y: [ndcg], textAnchor: 'start', dx: 10, fill: colour }),
    ]),
  })
}
