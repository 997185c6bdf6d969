import type { SliceDefinition } from './contract.ts'

export const ties: SliceDefinition = {
  summary: 'Users whose hidden items were chosen among equal timestamps by a rule, and users without such a tie.',
  slice({ decidedByTies }) {
    if (!decidedByTies) return undefined
    const groups = [{ name: 'tied', what: 'users whose last timestamps are tied' }, { name: 'untied', what: 'users whose times alone say what came last' }]
    return { groups, groupOf: user => decidedByTies[user] === 1 ? 0 : 1 }
  },
}
