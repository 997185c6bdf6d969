import { rowLength } from '../../sparse/index.ts'
import { fromTo, type SliceDefinition } from './contract.ts'

export const activity: SliceDefinition = {
  summary: 'Users in thirds by the number of their known interactions; equal numbers are together.',
  slice({ users, known }) {
    const rising = Uint32Array.from(users, user => rowLength(known, user)).sort()
    const ends = [1, 2, 3].map(third => rising[Math.ceil(third * rising.length / 3) - 1])
    const groups = ['few', 'some', 'many'].map((name, at) => ({
      name, what: `users with ${fromTo(at === 0 ? rising[0] : ends[at - 1] + 1, ends[at])} known interactions`,
    }))
    return { groups, groupOf: user => ends.findIndex(end => rowLength(known, user) <= end) }
  },
}
