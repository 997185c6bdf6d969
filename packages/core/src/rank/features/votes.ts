// What the neighbours of the history say of the candidate besides their vote: right after it, before it, around it. docs/math/two-stages.md
import { restoredHistories } from '../../model/index.ts'
import type { FeatureGroup } from './contract.ts'

/** Steps from a neighbour's anchor: right after it, and around it. */
const [RIGHT_AFTER, AROUND] = [3, 30]

/** Σ over the neighbours v of n(v)⁴ / steps after, n(v)² / steps before, n(v)² within 30 steps, each divided by the greatest of all items; and how many had it within 30 steps after. */
export const voteFeatures: FeatureGroup = {
  summary: 'where the neighbours of the history had the candidate: right after the items in common, before them, around them; and how many did',
  fit: () => ({}),
  over(_, { sources, nItems }) {
    const asked = sources.find(({ model }) => model.nearestUsers)?.model
    if (!asked?.nearestUsers) return { names: [], fill: () => {} }
    const { nearestUsers } = asked
    const { indptr, items } = restoredHistories(asked.state(), nItems)
    const sums = Array.from({ length: 4 }, () => new Float32Array(nItems))
    const [after, before, around, voters] = sums
    return {
      names: ['votes_right_after', 'votes_before', 'votes_around', 'voters'],
      fill({ history, candidates }, columns) {
        for (const of of sums) of.fill(0)
        const { n, users, anchors, nearness } = nearestUsers(history)
        for (let at = 0; at < n; at++) {
          const user = users[at]
          const [anchor, start, end] = [anchors[user], indptr[user], indptr[user + 1]]
          const weight = nearness[user] * nearness[user]
          for (let place = Math.max(start, anchor - AROUND); place < anchor; place++) {
            around[items[place]] += weight
            before[items[place]] += weight / (anchor - place)
          }
          for (let place = anchor + 1; place < end && place <= anchor + AROUND; place++) {
            const item = items[place]
            around[item] += weight
            if (place - anchor <= RIGHT_AFTER) after[item] += weight * weight / (place - anchor)
            voters[item]++
          }
        }
        sums.forEach((of, column) => {
          const scale = of === voters ? 1 : greatestOf(of) || 1
          for (let row = 0; row < candidates.length; row++) columns[column][row] = of[candidates[row]] / scale
        })
      },
    }
  },
}

// A loop: of all items, for every list.
function greatestOf(values: Float32Array): number {
  let greatest = 0
  for (let at = 0; at < values.length; at++) if (values[at] > greatest) greatest = values[at]
  return greatest
}
