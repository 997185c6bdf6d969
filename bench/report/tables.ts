// The tables of docs/benchmarks.md and of the README, from the newest results.
import { benchData, type DataName } from '../harness/data.ts'
import { flopsPerIteration } from '../harness/flops.ts'
import type { Result } from '../measurements/contract.ts'
import { measurements } from '../measurements/registry.ts'
import { dataTitle, peerOf, type Measured } from './newest.ts'

type Cell = string | number

const row = (cells: readonly Cell[]): string => `| ${cells.join(' | ')} |`
/** In Markdown. */
export const table = (head: readonly string[], rows: readonly (readonly Cell[])[]): string => [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')

/** Three digits, thousands apart; ms become s from ten seconds on. */
export function amount(value: number, unit: string): string {
  if (unit === 'ms' && value >= 10_000) return amount(value / 1000, 's')
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2
  return `${value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${unit}`
}

function range(min: number, max: number, unit: string): string {
  const [low, high] = [amount(min, unit), amount(max, unit)]
  const [number, itsUnit] = low.split(' ')
  return high.endsWith(` ${itsUnit}`) ? `${number}–${high}` : `${low}–${high}`
}

export const times = (ratio: number): string => `× ${ratio.toFixed(2)}`
/** When and what was measured. */
export const run = ({ run: { startedAt, commit, dirty } }: Measured): string => `${startedAt.slice(0, 16).replace('T', ' ')} \`${commit}\`${dirty ? ' and changes' : ''}`

/** One table a measurement, models and serving aside (models-table.ts, serving-table.ts): every case, ours, each peer with the ratio of medians and of pairs. */
export function measurementTables(all: readonly Measured[]): string {
  return Object.entries(measurements).filter(([name]) => name !== 'models' && name !== 'serving').map(([name, { summary }]) => {
    const mine = all.filter(({ result }) => result.measurement === name)
    return `### ${name}\n\n${summary}\n\n${mine.length === 0 ? 'Not measured yet.' : cases(mine)}\n`
  }).join('\n')
}

function cases(mine: readonly Measured[]): string {
  const keys = [...new Set(mine.flatMap(({ result }) => Object.keys(result.case)))]
  const peers = [...new Set(mine.flatMap(({ result }) => Object.keys(result.theirs).map(side => side.split(/[ ,]+/)[0])))]
  const hasMore = mine.some(({ result }) => more(result) !== '')
  const rows = mine.map(measured => {
    const { result } = measured
    const { case: which, unit, ours } = result
    const beside = peers.flatMap(peer => {
      const side = Object.entries(result.theirs).find(([title]) => title.startsWith(peer))
      if (!side) return ['–', '–']
      const [title, one] = side
      return [`${title.split(/[ ,]+/).slice(1).join(' ')} ${amount(one.median, unit)}`.trim(), `${times(one.ratioOfMedians)} (${one.medianRatio.toFixed(2)})`]
    })
    return [
      ...keys.map(key => key === 'data' ? dataTitle(which.data) : which[key] ?? '–'),
      `${amount(ours.median, unit)} [${range(ours.min, ours.max, unit)}]`, ...beside, ...(hasMore ? [more(result)] : []), ours.runs.length, run(measured),
    ]
  })
  return table([...keys, 'ours [min–max]', ...peers.flatMap(peer => [peer, 'ratio (of pairs)']), ...(hasMore ? ['and'] : []), 'pairs', 'run'], rows)
}

// What stands in no table of its own.
function more({ figures = {}, notes = [] }: Result): string {
  const kept = Object.entries(figures).filter(([name]) => !/^loss\d|^gflops$|^interactions$|^scoresApart$/.test(name))
  return [...kept.map(([name, value]) => `${name} ${value >= 1e5 ? value.toLocaleString('en', { maximumFractionDigits: 0 }) : value}`), ...notes].join(', ')
}

/** The loss after so many iterations, side by side. */
export function lossTable(all: readonly Measured[]): string {
  const rows = new Map<string, Cell[]>()
  for (const { result: { measurement, case: which, figures = {} } } of all) {
    if (measurement !== 'als-iteration') continue
    for (const key of Object.keys(figures)) {
      const iterations = /^loss(\d+) ours$/.exec(key)?.[1]
      if (iterations === undefined) continue
      const [own, implicit, irspack, buffalo] = ['ours', 'implicit', 'irspack', 'buffalo'].map(side => figures[`loss${iterations} ${side}`])
      const apart = (other: number | undefined): string => other === undefined ? '–' : `${other.toLocaleString('en', { maximumFractionDigits: 0 })} (${((own / other - 1) * 100).toFixed(2)} %)`
      rows.set(JSON.stringify([which.data, which.solver, which.factors, iterations]), [
        dataTitle(which.data), which.solver, which.factors, iterations, own.toLocaleString('en', { maximumFractionDigits: 0 }), apart(implicit), apart(buffalo), apart(irspack),
      ])
    }
  }
  return rows.size === 0 ? 'Not measured yet.' : table(['data', 'solver', 'factors', 'iterations', 'ours', 'implicit (ours beside it)', 'buffalo', 'irspack'], [...rows.values()])
}

/** Arithmetic and traffic of ours beside what the cores can do. */
export function limitTable(all: readonly Measured[]): string {
  const rows = all.flatMap(({ result, run: { peak, data } }) => {
    const { measurement, case: which, figures, ours } = result
    const gflops = measurement === 'als-iteration' ? iterationGflops(result, data[which.data]) : figures?.gflops
    if (gflops === undefined) return []
    const threads = Number(which.threads)
    const gathered = measurement === 'als-iteration' ? `${(8 * Number(which.factors) * (data[which.data]?.interactions ?? 0) / ours.median / 1e6).toFixed(1)}` : '–'
    return [[
      measurement, dataTitle(which.data), which.solver ?? '–', which.factors, threads, gflops.toFixed(1), `${Math.round(100 * gflops / (threads * peak.gflops))} %`, gathered, peak.readGBs.toFixed(1),
    ]]
  })
  return rows.length === 0 ? 'Not measured yet.' : table(['measurement', 'data', 'solver', 'factors', 'threads', 'GFLOP/s', 'share of SIMD peak', 'factors gathered, GB/s', 'one core reads, GB/s'], rows)
}

// By the count of today, from the recorded time: documents before 2026-11-26 counted triangles as squares, and passes of cg that
// decision 17 has removed.
function iterationGflops({ case: which, ours }: Result, shape: Measured['run']['data'][string] | undefined): number | undefined {
  const steps = 2 // of cg, in every document so far
  return shape && flopsPerIteration(shape, Number(which.factors), which.solver === 'cg' ? 'cg' : 'cholesky', steps) / ours.median / 1e6
}

/** Every run that a figure above is from. */
export function runTable(all: readonly Measured[]): string {
  const runs = [...new Map(all.map(measured => [measured.run.startedAt, measured])).values()]
  const rows = runs.map(measured => {
    const { run: { machine, loadBefore, peak, peers } } = measured
    const about = Object.entries(peers).map(([name, { missing, versions = {}, blas = [] }]) => {
      if (missing !== undefined) return `no ${name}: ${missing}`
      const kernels = [...new Set(blas.map(pool => `${pool.architecture}, ${pool.num_threads} thread`))].join(' and ')
      const own = ['uvicorn', 'uvloop', 'httptools', 'orjson', 'implicit'].filter(other => name === 'fastapi' && other in versions).map(other => `${other} ${versions[other]}`)
      return `${name} ${versions[name]}${own.length > 0 ? ` with ${own.join(', ')}` : ''} on numpy ${versions.numpy}, scipy ${versions.scipy} (BLAS kernel ${kernels})`
    })
    return [
      run(measured), `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB`, machine.os, machine.node, loadBefore ?? 'not noted', `${peak.gflops.toFixed(1)} GFLOP/s, ${peak.readGBs.toFixed(1)} GB/s`,
      about.join('; '),
    ]
  })
  return rows.length === 0 ? 'None.' : table(['run', 'machine', 'system', 'Node', 'load before', 'one core at best', 'peers'], rows)
}

/** The sets that the figures are of. */
export function dataTable(all: readonly Measured[]): string {
  const sets = new Map<string, Cell[]>()
  const whole = (name: string): number => Math.max(...all.map(({ run: { data } }) => data[name]?.interactions ?? 0)) // not a training part
  for (const { run: { data } } of all) {
    for (const [name, { nUsers, nItems, interactions, checksum }] of Object.entries(data)) {
      if (interactions < whole(name)) continue
      const { title } = benchData[name as DataName]
      sets.set(name, [dataTitle(name), title, ...[nUsers, nItems, interactions].map(number => number.toLocaleString('en')), `\`${checksum.slice(0, 12)}\``])
    }
  }
  return sets.size === 0 ? 'None.' : table(['name', 'set', 'users', 'items', 'interactions', 'SHA-256'], [...sets.values()])
}

/** The README's few lines: 64 factors, the most threads that were measured. */
export function speedTable(all: readonly Measured[]): string {
  const most = Math.max(...all.map(({ result }) => Number(result.case.threads ?? 0)))
  const rows = all.flatMap(({ result }) => {
    const { measurement, case: which, unit, ours, figures } = result
    const peer = peerOf(result, 'implicit')
    if (!peer || Number(which.threads) !== most || (which.factors ?? 64) !== 64 || ['scale', 'memory', 'time-to-quality', 'models', 'serving'].includes(measurement)) return []
    const what = {
      'als-iteration': `one ALS iteration, ${which.solver}`, 'time-to-loss': `ALS until implicit's loss after ${figures?.['iterations implicit']} iterations`,
      'top-k': Number(which.users) === 1 ? 'top 10 of one user' : `top 10 of ${Number(which.users).toLocaleString('en')} users`, 'end-to-end': `file to saved model and numbers, ${which.of}`,
    }[measurement] ?? measurement
    return [[what, dataTitle(which.data), amount(ours.median, unit), amount(peer.median, unit), times(peer.ratioOfMedians)]]
  })
  return rows.length === 0 ? 'Not measured yet.' : table(['job, 64 factors', 'data', 'matinee', 'implicit', 'ratio'], rows)
}
