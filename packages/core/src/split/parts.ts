// The rows of each part of a split, as interactions of their own.
import { type Interactions, selectRows } from '../dataset/index.ts'
import { role, type Split } from './contract.ts'

/** The parts by role, rows in order of arrival; roles: [n]. Index spaces stay those of the dataset. */
export function partsOf(interactions: Interactions, roles: Uint8Array): Omit<Split, 'roles' | 'protocol'> {
  return {
    train: selectRows(interactions, rowsOf(roles, role.training, role.training)),
    validation: selectRows(interactions, rowsOf(roles, role.validation, role.validation)),
    test: selectRows(interactions, rowsOf(roles, role.test, role.test)),
    fitRows: selectRows(interactions, rowsOf(roles, role.training, role.validation)),
  }
}

// Rows whose role lies from `first` to `last`. No callback: this loop runs four times over every row.
function rowsOf(roles: Uint8Array, first: number, last: number): Uint32Array {
  let length = 0
  for (let row = 0; row < roles.length; row++) if (roles[row] >= first && roles[row] <= last) length++
  const rows = new Uint32Array(length)
  let to = 0
  for (let row = 0; row < roles.length; row++) if (roles[row] >= first && roles[row] <= last) rows[to++] = row
  return rows
}
