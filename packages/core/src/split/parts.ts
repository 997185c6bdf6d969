// The rows of each part of a split, as interactions of their own.
import { type Interactions, selectRows } from '../dataset/index.ts'
import { role, type Split } from './contract.ts'

/** The parts by role, rows in order of arrival; roles: [n]. Index spaces stay those of the dataset. */
export function partsOf(interactions: Interactions, roles: Uint8Array): Omit<Split, 'roles' | 'protocol'> {
  const rowsWhere = (isWanted: (role: number) => boolean): Interactions => {
    let length = 0
    for (let row = 0; row < roles.length; row++) if (isWanted(roles[row])) length++
    const rows = new Uint32Array(length)
    let to = 0
    for (let row = 0; row < roles.length; row++) if (isWanted(roles[row])) rows[to++] = row
    return selectRows(interactions, rows)
  }
  return {
    train: rowsWhere(each => each === role.training),
    validation: rowsWhere(each => each === role.validation),
    test: rowsWhere(each => each === role.test),
    fitRows: rowsWhere(each => each !== role.test),
  }
}
