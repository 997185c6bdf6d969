import { fromTo, type SliceDefinition } from './contract.ts'

export const popularity: SliceDefinition = {
  summary: 'Items by popularity: those that hold the first third of all training interactions, the second, the rest; and unseen ones.',
  slice({ popularity: counts }) {
    const falling = counts.filter(count => count > 0).sort().reverse()
    const total = falling.reduce((sum, count) => sum + count, 0)
    // The least popular item that begins within each third; equally popular ones are with it.
    const least = [0, 0, 1]
    let held = 0
    for (const count of falling) {
      if (held < total / 3) least[0] = count
      if (held < 2 * total / 3) least[1] = count
      held += count
    }
    const highest = [falling[0], least[0] - 1, least[1] - 1]
    const groups = ['popular', 'middle', 'rare'].map((name, at) => ({ name, what: `items with ${fromTo(least[at], highest[at])} training interactions` }))
    const unseen = { name: 'unseen', what: 'items without training interactions' }
    return { groups: [...groups, unseen], groupOf: (_, item) => counts[item] === 0 ? 3 : least.findIndex(count => counts[item] >= count) }
  },
}
