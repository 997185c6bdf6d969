// The newest result of every case that was measured beside a peer, and of what has no peer (`scale`, `serving-…`), out of all documents in bench/results.
import { readdirSync, readFileSync } from 'node:fs'
import { inRoot } from '../../tools/paths.mjs'
import type { Peak } from '../harness/peak.ts'
import type { Beside, Result } from '../measurements/contract.ts'
import { measurements } from '../measurements/registry.ts'

/** A document of bench/results; bench/README.md says what each field means. */
export interface ResultsDocument {
  readonly schema: 1
  readonly startedAt: string
  readonly commit: string
  readonly dirty: boolean
  readonly machine: { readonly cpu: string, readonly cores: number, readonly memoryGiB: number, readonly os: string, readonly node: string }
  /** Processes that wanted a core in the minute before, by the system's count; documents before 2026-11-26 lack it. */
  readonly loadBefore?: number
  readonly peak: Peak
  readonly peers: Readonly<Record<string, { readonly missing?: string, readonly versions?: Readonly<Record<string, string>>, readonly blas?: readonly { readonly architecture: string, readonly num_threads: number }[] }>>
  readonly data: Readonly<Record<string, { readonly nUsers: number, readonly nItems: number, readonly interactions: number, readonly checksum: string }>>
  readonly results: readonly Result[]
}

export interface Measured {
  readonly result: Result
  readonly run: ResultsDocument
}

const ORDER = Object.keys(measurements)
const SOLVERS = ['cg', 'cholesky']

/** In the order of measurement, data size, solver, factors, threads. */
export function newestResults(): Measured[] {
  const folder = inRoot('bench', 'results')
  const documents = readdirSync(folder).filter(name => name.endsWith('.json'))
    .map(name => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as ResultsDocument)
    .sort((a, b) => a.startedAt < b.startedAt ? -1 : 1)
  const newest = new Map<string, Measured>()
  for (const run of documents) {
    for (const result of run.results) {
      const { measurement, theirs } = result
      if (Object.keys(theirs).length > 0 || ['scale', 'serving-feedback', 'serving-swaps', 'serving-two-stages'].includes(measurement)) newest.set(`${measurement} ${JSON.stringify(result.case)}`, { result, run })
    }
  }
  const size = ({ result, run }: Measured): number => run.data[result.case.data]?.interactions ?? Infinity
  const number = ({ result }: Measured, name: string): number => Number(result.case[name] ?? 0)
  const solver = ({ result }: Measured): number => SOLVERS.indexOf(String(result.case.solver))
  const order = (a: Measured, b: Measured): number =>
    ORDER.indexOf(a.result.measurement) - ORDER.indexOf(b.result.measurement) || (size(a) === size(b) ? 0 : size(a) - size(b)) || solver(a) - solver(b)
    || number(a, 'factors') - number(b, 'factors') || number(a, 'threads') - number(b, 'threads')
  return [...newest.values()].sort(order)
}

/** The peer that a name like `implicit cg` belongs to. */
export const peerOf = ({ theirs }: Result, name: string): Beside | undefined =>
  Object.entries(theirs).find(([side]) => side.split(/[ ,]+/)[0] === name)?.[1]

const titles: Readonly<Record<string, string>> = { 'ml-100k': 'ML-100K', 'ml-1m': 'ML-1M', '20m': '20 M', '1m-items': '1 M items', '1m-items-10k-users': '1 M items, 10 K users' }
/** A set's name for people. */
export const dataTitle = (name: string | number): string => titles[name] ?? String(name).replace(/m$/, ' M')
