// The metrics of ranks for some users, or some of their hidden items, by themselves.
import { restricted, valuesByRank, type MetricValues, type RankedUsers } from './by-ranks.ts'
import type { SliceData, SliceDefinition } from './slices/contract.ts'
import { slices } from './slices/registry.ts'

/** A group of a slice, measured. */
export interface SliceValues extends MetricValues {
  /** Which relevant items are in it, for people. */
  readonly what: string
  readonly usersCounted: number
  readonly relevantItems: number
}

/** By the slice's name, then by the group's; groups without a relevant item are left out. */
export type SlicedValues = Readonly<Record<string, Readonly<Record<string, SliceValues>>>>

/** Ranks stay those among all candidates; a user counts in a group by what is hidden there. */
export function valuesBySlice(ranked: RankedUsers, data: SliceData, ks: readonly number[], isWhole: boolean): SlicedValues {
  const sliced: Record<string, Record<string, SliceValues>> = {}
  for (const [name, definition] of Object.entries<SliceDefinition>(slices)) {
    const slicing = definition.slice(data)
    if (!slicing) continue
    const groupOf = groupsByEntry(data, slicing.groupOf)
    sliced[name] = {}
    slicing.groups.forEach((group, number) => {
      const part = restricted(ranked, entry => groupOf[entry] === number)
      if (part.users.length === 0) return
      sliced[name][group.name] = {
        what: group.what, usersCounted: part.users.length, relevantItems: part.entries.length, ...valuesByRank(part, ks, isWhole),
      }
    })
  }
  return sliced
}

// [entries of `relevant`]
function groupsByEntry({ users, relevant: { indptr, indices, values } }: SliceData, groupOf: (user: number, item: number, value: number) => number): Uint8Array {
  const groups = new Uint8Array(indices.length)
  for (const user of users) for (let entry = indptr[user]; entry < indptr[user + 1]; entry++) groups[entry] = groupOf(user, indices[entry], values[entry])
  return groups
}
