// From lists to the values of every metric of lists.
import { rowIndices, type Csr } from '../sparse/index.ts'
import type { ListsOfUsers } from './answers.ts'
import { meansOf, type MetricValues } from './by-ranks.ts'
import type { ListMetric, ListWorld, UserList } from './list-metrics/contract.ts'
import { listMetrics } from './list-metrics/registry.ts'

/** lists: in the order of users, at least as long as the greatest k. What is one number for all lists has no values by user. */
export function valuesByList({ k: length, items }: Pick<ListsOfUsers, 'k' | 'items'>, users: Int32Array, known: Csr, ks: readonly number[], world: ListWorld): MetricValues {
  const all = ks.map(k => {
    const lists = Array.from(users, (user, at): UserList => {
      const first = items.subarray(at * length, at * length + k)
      const end = first.indexOf(-1)
      return { items: end < 0 ? first : first.subarray(0, end), history: rowIndices(known, user) }
    })
    return atLength(k, lists, world)
  })
  return { metrics: Object.assign({}, ...all.map(each => each.metrics)), values: Object.assign({}, ...all.map(each => each.values)) }
}

function atLength(k: number, lists: readonly UserList[], world: ListWorld): MetricValues {
  const shown = new Uint32Array(world.nItems)
  for (const { items } of lists) for (const item of items) shown[item]++
  const ofAll: Record<string, number> = {}
  const columns: Parameters<typeof meansOf>[0][number][] = []
  for (const [metric, definition] of Object.entries<ListMetric>(listMetrics)) {
    const name = `${metric}@${k}`
    if ('ofAll' in definition) ofAll[name] = definition.ofAll(shown)
    else if (!definition.needsAttributes || world.attributes) {
      const { outOf } = definition
      columns.push({
        name,
        values: Float64Array.from(lists, list => definition.ofUser(list, world)),
        ...(outOf && { outOf: Float64Array.from(lists, list => outOf(list, world)) }),
      })
    }
  }
  const { metrics, values } = meansOf(columns)
  return { metrics: { ...ofAll, ...metrics }, values }
}
