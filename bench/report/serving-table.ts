// The table of docs/benchmarks.md that sets the service beside FastAPI.
import { dataTitle, type Measured } from './newest.ts'
import { amount, run, table, times } from './tables.ts'

const count = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 0 })

/** Requests a second and latencies of either side. A run is written down as wall time a request, so that its ratio is theirs ÷ ours as everywhere. */
export function servingTable(all: readonly Measured[]): string {
  const rows = all.filter(({ result }) => result.measurement === 'serving').map(measured => {
    const { case: which, ours, theirs: { fastapi }, figures = {}, notes = [] } = measured.result
    const side = (name: string): string[] => [
      `${amount(figures[`p50 ${name}`], 'ms')}, ${amount(figures[`p99 ${name}`], 'ms')}`, count(figures[`errors ${name}`]),
    ]
    return [
      dataTitle(which.data), count(Number(which.items)), which.factors, which.connections,
      `${count(1e6 / ours.median)} [${count(1e6 / ours.max)}–${count(1e6 / ours.min)}]`, ...side('ours'),
      `${count(1e6 / fastapi.median)} [${count(1e6 / fastapi.max)}–${count(1e6 / fastapi.min)}]`, ...side('fastapi'),
      `${times(fastapi.ratioOfMedians)} (${fastapi.medianRatio.toFixed(2)})`, notes.join('; '), `${ours.runs.length} × ${which.seconds} s`, run(measured),
    ]
  })
  const head = [
    'data', 'items', 'factors', 'connections', 'requests/s [min–max]', 'p50, p99', 'errors', 'FastAPI, requests/s', 'p50, p99', 'errors', 'ratio (of pairs)', 'FastAPI by', 'pairs', 'run',
  ]
  return rows.length === 0 ? 'Not measured yet.' : table(head, rows)
}
