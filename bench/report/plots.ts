// The plots of docs/benchmarks.md, from the newest results: ratios, time of an iteration, scale.
import { logLogSlope } from '../harness/statistics.ts'
import { dataTitle, peerOf, type Measured } from './newest.ts'
import { amount } from './tables.ts'
import { bar, COLOURS, decades, label, legend, line, logScale, svg, round } from './svg.ts'

const WIDTH = 760
const ROW = 22

const threadsOf = ({ result }: Measured): number => Number(result.case.threads ?? 0)

function nameOf({ result: { measurement, case: which } }: Measured): string {
  const details = [which.factors === undefined ? '' : `${which.factors} factors`, which.solver ?? '', which.of ?? ''].filter(Boolean)
  return `${measurement.replace('als-iteration', 'iteration')} · ${[dataTitle(which.data), ...details].join(', ')}`
}

/** How many times quicker than implicit, one bar a case; at the most threads that were measured. */
export function ratioPlot(all: readonly Measured[]): string {
  const most = Math.max(...all.map(threadsOf))
  const shown = all.flatMap(measured => {
    const peer = peerOf(measured.result, 'implicit')
    return peer && threadsOf(measured) === most && !['scale', 'models'].includes(measured.result.measurement) ? [{ name: nameOf(measured), ratio: peer.ratioOfMedians }] : []
  })
  const [left, right, top] = [300, WIDTH - 60, 48]
  const greatest = Math.max(2, ...shown.map(({ ratio }) => ratio))
  const x = (ratio: number): number => left + (ratio / greatest) * (right - left)
  const bottom = top + shown.length * ROW
  const marks = Array.from({ length: Math.floor(greatest) + 1 }, (_, ratio) => ratio)
  return svg(WIDTH, bottom + 36, `Times as quick as implicit (or as small), ${most} threads; 1 is equal`, [
    ...marks.flatMap(ratio => [line(x(ratio), top - 6, x(ratio), bottom, ratio === 1 ? 'one' : 'grid'), label(x(ratio), bottom + 18, `× ${ratio}`, 'middle')]),
    ...shown.flatMap(({ name, ratio }, at) => [
      label(left - 8, top + at * ROW + 12, name, 'end'), bar(left, top + at * ROW, x(ratio) - left, 15, COLOURS[ratio >= 1 ? 'ours' : 'implicit']),
      label(x(ratio) + 5, top + at * ROW + 12, ratio.toFixed(2)),
    ]),
  ])
}

/** Milliseconds of one iteration with the default solver, by data and factors; at the most threads. */
export function iterationPlot(all: readonly Measured[]): string {
  const most = Math.max(...all.map(threadsOf))
  const shown = all.filter(measured => measured.result.measurement === 'als-iteration' && measured.result.case.solver === 'cg' && threadsOf(measured) === most)
  const sides = ['ours', 'implicit', 'buffalo', 'irspack'] as const
  const valueOf = ({ result }: Measured, side: typeof sides[number]): number | undefined => side === 'ours' ? result.ours.median : peerOf(result, side)?.median
  const values = shown.flatMap(measured => sides.flatMap(side => valueOf(measured, side) ?? []))
  const marks = decades(values.length > 0 ? values : [1, 10])
  const [left, right, top, group] = [150, WIDTH - 70, 70, 62]
  const x = logScale(marks[0], marks[marks.length - 1], left, right)
  const bottom = top + shown.length * group
  return svg(WIDTH, bottom + 30, `One ALS iteration, ${most} threads (implicit, buffalo: cg, 3 steps; irspack: iALS++)`, [
    legend(left, 48, sides),
    ...marks.flatMap(mark => [line(x(mark), top - 8, x(mark), bottom), label(x(mark), bottom + 16, mark >= 1000 ? `${mark / 1000} s` : `${mark} ms`, 'middle')]),
    ...shown.flatMap((measured, at) => [
      label(left - 8, top + at * group + 30, `${dataTitle(measured.result.case.data)}, ${measured.result.case.factors}`, 'end'),
      ...sides.flatMap((side, which) => {
        const value = valueOf(measured, side)
        const y = top + at * group + which * 13
        return value === undefined ? [] : [bar(left, y, x(value) - left, 11, COLOURS[side]), label(x(value) + 4, y + 10, amount(value, 'ms'))]
      }),
    ]),
  ])
}

/** Seconds of a whole fit over the number of interactions, both logarithmic. */
export function scalePlot(all: readonly Measured[]): string {
  const shown = all.filter(({ result }) => result.measurement === 'scale' && result.case.factors === 64)
  const points = (side: 'ours' | 'implicit'): (readonly [number, number])[] => shown.flatMap(({ result }) => {
    const ms = side === 'ours' ? result.ours.median : peerOf(result, side)?.median
    return ms === undefined ? [] : [[result.figures?.interactions ?? 1, ms / 1000] as const]
  })
  const both = [...points('ours'), ...points('implicit')]
  const [xs, ys] = [decades(both.length > 0 ? both.map(([n]) => n) : [1e6, 1e8]), decades(both.length > 0 ? both.map(([, s]) => s) : [1, 100])]
  const [left, right, top, bottom] = [80, WIDTH - 40, 60, 360]
  const x = logScale(xs[0], xs[xs.length - 1], left, right)
  const y = logScale(ys[0], ys[ys.length - 1], bottom, top)
  const curve = (side: 'ours' | 'implicit'): string => {
    const at = points(side).map(([n, s]) => `${round(x(n))},${round(y(s))}`)
    return [`<polyline fill="none" stroke="${COLOURS[side]}" stroke-width="2" points="${at.join(' ')}"/>`,
      ...at.map(place => `<circle cx="${place.split(',')[0]}" cy="${place.split(',')[1]}" r="4" fill="${COLOURS[side]}"/>`)].join('\n')
  }
  const slope = points('ours').length > 1 ? `; log–log slope of ours ${logLogSlope(points('ours')).toFixed(2)}` : ''
  return svg(WIDTH, bottom + 50, `A whole fit, 64 factors, 15 iterations${slope}`, [
    legend(left, 46, both.length > points('ours').length ? ['ours', 'implicit'] : ['ours']),
    ...xs.flatMap(n => [line(x(n), top, x(n), bottom), label(x(n), bottom + 18, `${n / 1e6} M`, 'middle')]),
    ...ys.flatMap(s => [line(left, y(s), right, y(s)), label(left - 8, y(s) + 4, `${s} s`, 'end')]),
    label((left + right) / 2, bottom + 38, 'interactions', 'middle'), curve('ours'), curve('implicit'),
  ])
}
