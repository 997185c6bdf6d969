// Pictures of what only some versions have: slices, and the trials of a search.
import * as Plot from '@observablehq/plot'
import { kOf, type MeasuredVersion } from './measure.ts'
import { colourOf, draw } from './plots.ts'

/** A row a group and version, mean and interval; by slice. Of versions measured with `--metrics all`. */
export function slicePlots(versions: readonly MeasuredVersion[]): { readonly slice: string, readonly svg: string }[] {
  const name = `ndcg@${kOf(versions[0].metrics)}` as const
  return Object.entries(versions[0].metrics.slices ?? {}).map(([slice, groups]) => {
    const rows = Object.entries(groups).flatMap(([group, { usersCounted }]) => versions.flatMap(({ label, metrics }, at) => {
      const part = metrics.slices?.[slice]?.[group]
      return part ? [{ row: `${group} (${usersCounted} users), ${label}`, mean: part[name], interval: part.intervals[name], colour: colourOf(at) }] : []
    }))
    const svg = draw({
      height: 52 + 22 * rows.length, marginLeft: 300, x: { grid: true, label: name, zero: true }, y: { label: null, domain: rows.map(({ row }) => row) },
      marks: rows.flatMap(({ row, mean, interval: [low, high], colour }) => [
        Plot.ruleY([row], { y: [row], x1: [low], x2: [high], stroke: colour, strokeWidth: 3 }), Plot.dot([row], { y: [row], x: [mean], fill: colour, r: 4 }),
      ]),
    })
    return { slice, svg }
  })
}

/** What `tuning` in metrics.json says of the trials; what was measured without a search has none. */
interface Tuning {
  readonly objective: string
  readonly trials: readonly { readonly trial: number, readonly looks: readonly { readonly value?: number, readonly standardError?: number }[] }[]
}

const tuningOf = ({ metrics }: MeasuredVersion): Tuning | undefined => (metrics as unknown as { tuning?: Tuning }).tuning

/** Each trial's last look at the validation item, and the best so far; of versions that a search chose. */
export function tuningPlots(versions: readonly MeasuredVersion[]): { readonly label: string, readonly svg: string }[] {
  return versions.flatMap((version, at) => {
    const tuning = tuningOf(version)
    const points = tuning?.trials.flatMap(({ trial, looks }) => {
      const value = looks.at(-1)?.value
      return value === undefined ? [] : [{ trial, value }]
    }) ?? []
    if (!tuning || points.length === 0) return []
    let best = -Infinity
    const sofar = points.toSorted((a, b) => a.trial - b.trial).map(({ trial, value }) => ({ trial, value: best = Math.max(best, value) }))
    const svg = draw({
      height: 260, x: { label: 'trial', tickFormat: 'd' }, y: { grid: true, label: `${tuning.objective}, validation` },
      marks: [
        Plot.lineY(sofar, { x: 'trial', y: 'value', stroke: colourOf(at), strokeWidth: 2, curve: 'step-after' }),
        Plot.dot(points, { x: 'trial', y: 'value', stroke: colourOf(at), r: 3 }),
      ],
    })
    return [{ label: version.label, svg }]
  })
}
