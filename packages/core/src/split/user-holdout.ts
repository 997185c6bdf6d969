// Some users are no part of the fit at all: most of their history is given when they are asked for, the rest is the test.
import { hash53, type OptionSpecs, resolveOptions } from '../base/index.ts'
import { type Dataset, groupRows, inOrderOfTime, rowReader, tieOrder } from '../dataset/index.ts'
import { role, type Split, type SplitterDefinition } from './contract.ts'
import { splitOf } from './parts.ts'
import { tieOptions } from './shared-options.ts'

const options = {
  testUsers: { kind: 'number', default: 0.1, min: 0.0001, max: 0.9, help: 'Share of the users with two or more interactions who are tested.' },
  validationUsers: { kind: 'number', default: 0.1, min: 0, max: 0.9, help: 'Share of these users who are the validation.' },
  historyShare: { kind: 'number', default: 0.8, min: 0.01, max: 0.99, help: 'Share of such a user\'s interactions, the earliest, that is given as history.' },
  ...tieOptions,
  seed: { ...tieOptions.seed, help: 'Seed of the hash that draws users and orders equal timestamps.' },
} as const satisfies OptionSpecs

/**
 * Strong generalisation (Marlin 2004; Liang et al. 2018), with the earliest interactions as history and not random ones.
 * Of a user who is held out at least one interaction is history and one is asked for; at least one user is fitted on.
 * The users of the validation are fitted on, with all that is theirs, once the choices are made.
 */
export const userHoldout = {
  help: 'Some users are held out of the fit; it is given the earliest of their interactions when it is asked for the rest.',
  options,
  split(dataset: Dataset, given: Readonly<Record<string, unknown>> = {}): Split {
    const values = resolveOptions(options, given)
    const { interactions, users } = dataset
    const { nUsers, timestamps } = interactions
    const rowsOfUser = rowReader(groupRows(interactions.users, nUsers))
    const lengthOf = (user: number): number => rowsOfUser(user).length
    const drawn = Array.from({ length: nUsers }, (_, user) => user).filter(user => lengthOf(user) > 1)
      .map(user => ({ user, id: users.ids[user], hash: hash53(values.seed, users.ids[user]) }))
      .sort((a, b) => a.hash - b.hash || (a.id < b.id ? -1 : 1))
    const nTest = Math.min(Math.ceil(values.testUsers * drawn.length), nUsers - 1)
    const nValidation = Math.min(Math.ceil(values.validationUsers * drawn.length), nUsers - 1 - nTest, drawn.length - nTest)

    const roles = new Uint8Array(interactions.users.length)
    const decidedByTies = new Uint8Array(nUsers)
    const latestFirst = tieOrder(dataset, values)
    const historyRows = { validation: [] as number[], test: [] as number[] }
    drawn.slice(0, nTest + nValidation).forEach(({ user }, at) => {
      const part = at < nTest ? 'test' : 'validation'
      const rows = timestamps ? inOrderOfTime(rowsOfUser(user), timestamps, latestFirst) : rowsOfUser(user).slice()
      const nHistory = Math.min(Math.max(1, Math.round(values.historyShare * rows.length)), rows.length - 1)
      const [history, asked] = [role[`${part}History` as const], role[part]]
      rows.forEach((row, place) => { roles[row] = place < nHistory ? history : asked })
      for (const row of rows.subarray(0, nHistory)) historyRows[part].push(row)
      if (part === 'test' && timestamps && timestamps[rows[nHistory - 1]] === timestamps[rows[nHistory]]) decidedByTies[user] = 1
    })
    return splitOf(interactions, roles, { protocol: { split: 'user-holdout', ...values }, historyRows, ...(timestamps && { decidedByTies }) })
  },
} as const satisfies SplitterDefinition
