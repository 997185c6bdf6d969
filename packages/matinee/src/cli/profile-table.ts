// Where the time of a run went, as tables.
import type { LossParts } from '@matinee/core'
import { rate, type Profile, type RatedPhase } from '../experiment/index.ts'
import { table } from './table.ts'

/** More rows than this are not read one by one: the first few, and the median of the others. */
const ROWS = 16
const FIRST = 5
const BAR = 24

export interface Profiled {
  readonly timings: Readonly<Record<string, number>>
  readonly totalMs: number
  readonly losses: readonly LossParts[]
  readonly profile?: Profile
}

/** Nothing for a run without a profile. */
export function profileTables({ timings, totalMs, losses, profile }: Profiled): string[] {
  if (!profile) return []
  const known = Object.values(timings).reduce((sum, ms) => sum + ms, 0)
  return [stages({ ...timings, 'all else': Math.max(0, totalMs - known) }, totalMs), ...phases(profile, losses)]
}

function stages(timings: Readonly<Record<string, number>>, totalMs: number): string {
  const rows = Object.entries({ ...timings, total: totalMs }).map(([stage, ms]) => {
    const share = totalMs > 0 ? ms / totalMs : 0
    return [stage, whole(ms), percent(share), stage === 'total' ? ' ' : '█'.repeat(Math.round(share * BAR))]
  })
  return table(['stage', 'ms', 'share', ''], rows)
}

function phases({ phases: all, threads, peakGflops }: Profile, losses: readonly LossParts[]): string[] {
  if (all.length === 0) return ['The model tells of no phases.']
  const columns = [...new Set(all.map(column))]
  const last = Math.max(0, ...all.map(({ iteration = 0 }) => iteration))
  const iterations = Array.from({ length: last }, (_, at) => all.filter(({ iteration }) => iteration === at + 1))
  const row = (label: string, of: readonly RatedPhase[], loss?: number): string[] => {
    const ms = sum(of)
    const flops = of.every(phase => phase.flops !== undefined) ? of.reduce((total, phase) => total + (phase.flops ?? 0), 0) : undefined
    const { gflops, share } = rate({ ms, flops }, peakGflops)
    const each = columns.map(name => of.filter(phase => column(phase) === name))
    return [label, ...each.map(some => some.length > 0 ? short(sum(some)) : ''), short(ms),
      gflops === undefined ? '' : short(gflops), share === undefined ? '' : percent(share), loss === undefined ? '' : whole(loss)]
  }
  const shown = iterations.length <= ROWS ? iterations : iterations.slice(0, FIRST)
  const rows = shown.map((of, at) => row(String(at + 1), of, losses[at]?.total))
  if (shown.length < iterations.length) rows.push(row(`${FIRST + 1}–${last}*`, medianOf(iterations.slice(FIRST)), losses[last - 1]?.total))
  const outside = all.filter(({ iteration }) => iteration === undefined)
  if (outside.length > 0) rows.push(row('outside', outside))
  return [
    table(['', ...columns, 'ms', 'GFLOP/s', 'of peak', 'loss'], rows),
    `Iterations, in ms a phase. Peak: ${whole(peakGflops)} GFLOP/s, SIMD128 multiply and add on ${threads} ${threads === 1 ? 'thread' : 'threads'}.`,
    ...(shown.length < iterations.length ? [`* the one of median duration, and the last loss; --json has all ${last}.`] : []),
    ...(outside.some(({ name }) => name === 'refine users') ? ['Outside the iterations: the first gram matrix, and the last solve of the users.'] : []),
  ]
}

// The iteration of median duration.
const medianOf = (iterations: readonly RatedPhase[][]): RatedPhase[] =>
  iterations.toSorted((a, b) => sum(a) - sum(b))[Math.floor(iterations.length / 2)]

// `solve users` and `refine users` stand under `users`.
const column = ({ name }: RatedPhase): string => name.split(' ').at(-1) ?? name
const sum = (phases: readonly RatedPhase[]): number => phases.reduce((total, { ms }) => total + ms, 0)
const whole = (value: number): string => Math.round(value).toLocaleString('en-US')
const short = (value: number): string => value < 100 ? value.toFixed(1) : whole(value)
const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
