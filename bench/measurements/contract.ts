// What a measurement is given and gives. A new one is a file beside this and a line in registry.ts.
import type { DataName, DataShape, Problem } from '../harness/data.ts'
import type { Summary } from '../harness/statistics.ts'
import type { Worker } from '../harness/worker.ts'
import type { PairName } from './model-pairs.ts'

/** What is chosen by flags. A measurement takes from it what it knows, and its own defaults for what was not given. */
export interface Choice {
  /** Peers beside ours; none when ours is measured alone. */
  readonly beside?: readonly (keyof Peers)[]
  readonly data?: readonly DataName[]
  readonly factors?: readonly number[]
  readonly threads: readonly number[]
  readonly solvers: readonly ('cg' | 'cholesky')[]
  /** Ours–theirs pairs after the warm-up. */
  readonly pairs: number
  /** Of our models that are measured beside a peer's own. */
  readonly models?: readonly PairName[]
  /** Of tuning, for each side of such a pair. */
  readonly trials?: number
  /** Of a measurement of the service, and the client's connections. */
  readonly seconds: number
  readonly connections: number
}

/** The programs of the peers that could be installed, by name. */
export interface Peers {
  readonly implicit?: Worker
  readonly irspack?: Worker
  readonly buffalo?: Worker
  readonly 'lightfm-next'?: Worker
  readonly fastapi?: Worker
}

export interface BenchContext {
  readonly choice: Choice
  readonly ours: Worker
  readonly peers: Peers
  /** The Python of the peers, for whole processes. */
  readonly python?: string
  /** A folder that is removed after the run. */
  readonly scratch: string
  /** The set, loaded in every worker. */
  problem(name: DataName): Promise<Problem>
  /** Loads a problem of one's own in every worker. */
  use(problem: Problem): Promise<void>
  /** Names a set in the document that no worker needs. */
  note(data: DataShape): void
  /** Takes a result: into the document, and a line for whoever watches. */
  add(result: Result): void
  say(line: string): void
}

/** One peer's runs beside ours. */
export interface Beside extends Summary {
  /** Of the medians, theirs ÷ ours: > 1 where we are ahead. */
  readonly ratioOfMedians: number
  /** The median of theirs ÷ ours over the pairs. */
  readonly medianRatio: number
}

/** One case of a measurement: what stands in a results document. */
export interface Result {
  readonly measurement: string
  /** What sets this case apart: data, factors, threads, solver … */
  readonly case: Readonly<Record<string, string | number>>
  readonly unit: 'µs' | 'ms' | 's' | 'MiB' | 'bytes'
  readonly ours: Summary
  readonly theirs: Readonly<Record<string, Beside>>
  /** Figures of another kind that belong to it: losses, GFLOP/s, slopes. */
  readonly figures?: Readonly<Record<string, number>>
  /** What a reader must know. */
  readonly notes?: readonly string[]
}

/** A line of the registry. */
export interface Measurement {
  /** One sentence for the document. */
  readonly summary: string
  run(context: BenchContext): Promise<void>
}
