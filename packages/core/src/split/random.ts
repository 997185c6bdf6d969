// A share of the interactions, drawn by a hash of the ids, is the test; another the validation; the rest is training.
import { hash53, type OptionSpecs, resolveOptions } from '../base/index.ts'
import { type Dataset, groupRows, rowReader } from '../dataset/index.ts'
import { role, type Split, type SplitterDefinition } from './contract.ts'
import { splitOf } from './parts.ts'

const options = {
  testShare: { kind: 'number', default: 0.2, min: 0.0001, max: 0.9, help: 'Share of the interactions that is the test.' },
  validationShare: { kind: 'number', default: 0.1, min: 0, max: 0.9, help: 'Share of the interactions that is the validation.' },
  of: {
    kind: 'choice', default: 'user', choices: ['user', 'all'],
    help: 'user = the shares are of each user\'s interactions, rounded, one stays in training; all = each interaction is drawn by itself.',
  },
  seed: { kind: 'integer', default: 42, min: 0, max: 2 ** 32 - 1, help: 'Seed of the hash by which interactions are drawn.' },
} as const satisfies OptionSpecs

/**
 * Random: most of training is from the time around the test and after it, which no recommender in use ever has; the
 * protocol says how much. Timestamps have no say, nor has the order of rows or the numbering of indices: an
 * interaction's lot is its hash.
 */
export const random = {
  help: 'A share of each user\'s interactions, or of all, drawn by a hash of the ids, is the test; another the validation.',
  options,
  split(dataset: Dataset, given: Readonly<Record<string, unknown>> = {}): Split {
    const values = resolveOptions(options, given)
    const { interactions, users, items } = dataset
    const itemOf = (row: number): string => items.ids[interactions.items[row]]
    const hashOf = (row: number): number => hash53(values.seed, users.ids[interactions.users[row]], itemOf(row))
    const roles = new Uint8Array(interactions.users.length)
    if (values.of === 'all') {
      for (let row = 0; row < roles.length; row++) roles[row] = lot(hashOf(row) / 2 ** 53, values)
    } else {
      const rowsOfUser = rowReader(groupRows(interactions.users, interactions.nUsers))
      for (let user = 0; user < interactions.nUsers; user++) {
        const drawn = Array.from(rowsOfUser(user), row => ({ row, hash: hashOf(row), item: itemOf(row) }))
          .sort((a, b) => a.hash - b.hash || (a.item < b.item ? -1 : 1))
        const most = Math.max(drawn.length - 1, 0)
        const nTest = Math.min(Math.round(values.testShare * drawn.length), most)
        const nValidation = Math.min(Math.round(values.validationShare * drawn.length), most - nTest)
        drawn.slice(0, nTest + nValidation).forEach(({ row }, at) => { roles[row] = at < nTest ? role.test : role.validation })
      }
    }
    return splitOf(interactions, roles, { protocol: { split: 'random', ...values } })
  },
} as const satisfies SplitterDefinition

// at: uniform in [0, 1)
function lot(at: number, { testShare, validationShare }: { readonly testShare: number, readonly validationShare: number }): number {
  if (at < testShare) return role.test
  return at < testShare + validationShare ? role.validation : role.training
}
