// What a page shows of a version and metrics.json does not hold: curves over K, what was recommended how often, lists.
//
// A version says by itself what was hidden: the interactions of its histories that the model was not fitted on.
import {
  evaluateModel, listsOfUsers, MatineeError,
  type Csr, type Interactions, type ListsOfUsers, type LossParts, type MetricsReport, type Recommender, type RunContext,
} from '@matinee/core'

/** A version as it was opened. */
export interface VersionInput {
  readonly version: string
  readonly manifest: Readonly<Record<string, unknown>>
  readonly metrics: MetricsReport
  readonly recommender: Recommender
}

/** A version with what was counted anew. */
export interface MeasuredVersion extends VersionInput {
  /** What sets it apart from the others on the page: the model, and the options that differ. */
  readonly label: string
  readonly losses: readonly LossParts[]
  /** Means over the users by list length. */
  readonly curve: readonly { readonly k: number, readonly recall: number, readonly ndcg: number }[]
  /** Of `users`, lists of the protocol's k; items that were fitted on are left out, hidden ones are not. */
  readonly lists: ListsOfUsers
  /** [n], the users with something hidden, rising. */
  readonly users: Int32Array
  /** [nItems], how often each item stands in the lists. */
  readonly recommended: Float64Array
  /** [nItems], interactions that were fitted on. */
  readonly popularity: Float64Array
  /** Share of the catalogue that stands in any list. */
  readonly coverage: number
}

const LENGTHS = [1, 2, 3, 5, 10, 20, 50, 100]

/** Throws ERR_EMPTY for a version in which nothing is hidden any more, ERR_ABORTED. */
export async function measureVersions(versions: readonly VersionInput[], context: RunContext): Promise<MeasuredVersion[]> {
  const labels = labelsOf(versions.map(({ manifest }) => configOf(manifest)))
  const measured: MeasuredVersion[] = []
  for (const [at, input] of versions.entries()) {
    context.onProgress?.({ stage: 'report', done: at, total: versions.length, note: labels[at] })
    measured.push(await measureVersion(input, labels[at], context))
  }
  context.onProgress?.({ stage: 'report', done: versions.length, total: versions.length })
  return measured
}

async function measureVersion(input: VersionInput, label: string, context: RunContext): Promise<MeasuredVersion> {
  const { recommender: { model, contents }, metrics, manifest, version } = input
  const { fitted, hidden } = partsOf(contents, model.nUsers, model.nItems)
  if (hidden.items.length === 0) {
    throw new MatineeError('ERR_EMPTY', `${version} was fitted once more on everything (--refit all), so nothing is hidden by which to measure it again.`)
  }
  const quiet = { ...(context.threads !== undefined && { threads: context.threads }), ...(context.signal && { signal: context.signal }) }
  const ks = LENGTHS.filter(k => k <= model.nItems)
  const { metrics: means, perUser: { users } } = await evaluateModel(model, { training: fitted, holdout: hidden, ks, stage: 'report' }, quiet)
  const k = kOf(metrics)
  const lists = await listsOfUsers(model, users, fitted, k, quiet)
  const recommended = new Float64Array(model.nItems)
  for (const item of lists.items) if (item >= 0) recommended[item]++
  const popularity = new Float64Array(model.nItems)
  for (const item of fitted.indices) popularity[item]++
  return {
    ...input, label, users, lists, recommended, popularity,
    losses: (manifest.losses ?? []) as readonly LossParts[],
    curve: ks.map(length => ({ k: length, recall: means[`recall@${length}`], ndcg: means[`ndcg@${length}`] })),
    coverage: recommended.reduce((n, times) => n + (times > 0 ? 1 : 0), 0) / model.nItems,
  }
}

function partsOf({ history }: Recommender['contents'], nUsers: number, nItems: number): { fitted: Csr, hidden: Interactions } {
  const { indptr, items, weights, fitted } = history
  const rows = { fitted: { indptr: new Uint32Array(nUsers + 1), items: [] as number[] }, hidden: { users: [] as number[], items: [] as number[] } }
  for (let user = 0; user < nUsers; user++) {
    for (let at = indptr[user]; at < indptr[user + 1]; at++) {
      if (fitted[at] === 1) rows.fitted.items.push(items[at])
      else {
        rows.hidden.users.push(user)
        rows.hidden.items.push(items[at])
      }
    }
    rows.fitted.indptr[user + 1] = rows.fitted.items.length
  }
  const n = rows.hidden.items.length
  return {
    fitted: {
      nRows: nUsers, nColumns: nItems, indptr: rows.fitted.indptr, indices: Int32Array.from(rows.fitted.items),
      values: weights.filter((_, at) => fitted[at] === 1),
    },
    hidden: {
      nUsers, nItems, users: Int32Array.from(rows.hidden.users), items: Int32Array.from(rows.hidden.items),
      values: new Float32Array(n).fill(1), valueKind: 'weight',
    },
  }
}

interface Config { readonly model: string, readonly modelOptions: Readonly<Record<string, number | string>> }

/** What the version was made with. */
export const configOf = (manifest: Readonly<Record<string, unknown>>): Config & Readonly<Record<string, unknown>> =>
  manifest.config as Config & Readonly<Record<string, unknown>>

/** The list length that metrics.json was made with. */
export function kOf(metrics: MetricsReport): number {
  const name = Object.keys(metrics).find(each => each.startsWith('ndcg@')) ?? 'ndcg@10'
  return Number(name.slice('ndcg@'.length))
}

// The model's name; where a name comes again, the options in which its versions differ; where that does not help, a number.
function labelsOf(configs: readonly Config[]): string[] {
  const labels = configs.map(({ model, modelOptions }) => {
    const same = configs.filter(other => other.model === model)
    const differing = Object.keys(modelOptions).filter(name => same.some(other => other.modelOptions[name] !== modelOptions[name]))
    return [model, ...differing.map(name => `${name} ${modelOptions[name]}`)].join(', ')
  })
  return labels.map((label, at) => {
    const nth = labels.slice(0, at + 1).filter(other => other === label).length
    return labels.filter(other => other === label).length > 1 ? `${label} (${nth})` : label
  })
}
