// From ranks to the values of every metric: for all relevant items, or for some of them.
import { rowLength, type Csr } from '../sparse/index.ts'
import type { Metric } from './metrics/contract.ts'
import { metrics } from './metrics/registry.ts'

/** Users with their relevant items in the order of their ranks. */
export interface RankedUsers {
  /** [users], rising */
  readonly users: Int32Array
  /** [users + 1]: the relevant items of users[at] are starts[at] … starts[at + 1]. */
  readonly starts: Uint32Array
  /** [n], rising within a user; Infinity for an item without a score. */
  readonly ranks: Float64Array
  /** [n], the entry of the matrix of relevant items that has this rank. */
  readonly entries: Uint32Array
  /** [n], training interactions of the item. */
  readonly popularity: Uint32Array
  /** [users], items that were ranked. */
  readonly nCandidates: Uint32Array
}

/** Numbers by metric@k, and the users' values behind them. */
export interface MetricValues {
  /** Means over the users. */
  readonly metrics: Readonly<Record<string, number>>
  /** Each [users]. */
  readonly values: Readonly<Record<string, Float64Array>>
}

/** ranks: by entry of `relevant`, whose rows are those of `users` only; popularity: [nItems]; nCandidates: [users]. */
export function rankedUsers(users: Int32Array, relevant: Csr, ranks: Float64Array, popularity: Uint32Array, nCandidates: Uint32Array): RankedUsers {
  const entries = new Uint32Array(ranks.length).map((_, entry) => entry)
  const starts = new Uint32Array(users.length + 1)
  for (let at = 0; at < users.length; at++) {
    const [start, end] = [starts[at], starts[at] + rowLength(relevant, users[at])]
    starts[at + 1] = end
    if (end - start > 1) entries.subarray(start, end).sort((a, b) => ranks[a] === ranks[b] ? a - b : ranks[a] - ranks[b])
  }
  return {
    users, starts, entries, nCandidates,
    ranks: ranks.map((_, i) => ranks[entries[i]]),
    popularity: entries.map(entry => popularity[relevant.indices[entry]]),
  }
}

/** Some of the relevant items, and the users who have any; ranks stay those among all candidates. isKept: asked by entry. */
export function restricted(all: RankedUsers, isKept: (entry: number) => boolean): RankedUsers {
  const kept: number[] = []
  const ats: number[] = []
  const starts = [0]
  for (let at = 0; at < all.users.length; at++) {
    for (let i = all.starts[at]; i < all.starts[at + 1]; i++) if (isKept(all.entries[i])) kept.push(i)
    if (kept.length === starts[starts.length - 1]) continue
    ats.push(at)
    starts.push(kept.length)
  }
  return {
    users: Int32Array.from(ats, at => all.users[at]),
    starts: Uint32Array.from(starts),
    ranks: Float64Array.from(kept, i => all.ranks[i]),
    entries: Uint32Array.from(kept, i => all.entries[i]),
    popularity: Uint32Array.from(kept, i => all.popularity[i]),
    nCandidates: Uint32Array.from(ats, at => all.nCandidates[at]),
  }
}

/** Every metric at each k; those of the whole order only where every rank is known. */
export function valuesByRank({ users, starts, ranks, popularity, nCandidates }: RankedUsers, ks: readonly number[], isWhole: boolean): MetricValues {
  const all = Array.from(users, (_, at) => ({
    ranks: ranks.subarray(starts[at], starts[at + 1]),
    user: { nCandidates: nCandidates[at], popularity: popularity.subarray(starts[at], starts[at + 1]) },
  }))
  const ofEach = (ask: Metric['ofUser'], k: number): Float64Array => {
    const values = new Float64Array(all.length)
    for (let at = 0; at < all.length; at++) values[at] = ask(all[at].ranks, k, all[at].user)
    return values
  }
  const column = (name: string, { ofUser, outOf }: Metric, k: number) => ({ name, values: ofEach(ofUser, k), ...(outOf && { outOf: ofEach(outOf, k) }) })
  return meansOf(Object.entries<Metric>(metrics).flatMap(([name, metric]) => metric.isOfWholeOrder
    ? isWhole ? [column(name, metric, Infinity)] : []
    : ks.map(k => column(`${name}@${k}`, metric, k))))
}

/** Means of columns over users. A column that is out of another is scaled, so that its mean is the quotient of the sums. */
export function meansOf(columns: readonly { readonly name: string, readonly values: Float64Array, readonly outOf?: Float64Array }[]): MetricValues {
  const sum = (of: Float64Array): number => of.reduce((total, value) => total + value, 0)
  const scaled = columns.map(({ name, values, outOf }) => {
    const scale = outOf ? values.length / (sum(outOf) || 1) : 1
    return [name, outOf ? values.map(value => value * scale) : values] as const
  })
  return {
    metrics: Object.fromEntries(scaled.map(([name, values]) => [name, sum(values) / values.length])),
    values: Object.fromEntries(scaled),
  }
}
