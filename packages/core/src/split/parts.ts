// The rows of each part of a split, as interactions of their own.
import { type Interactions, selectRows } from '../dataset/index.ts'
import { role, type Split, type SplitProtocol } from './contract.ts'

/**
 * The split that gives each row its role; roles: [n]. A part is copied out when it is asked for, rows in order of
 * arrival; index spaces stay those of the dataset.
 */
export function splitOf(interactions: Interactions, roles: Uint8Array, protocol: SplitProtocol): Split {
  return {
    roles,
    protocol,
    get train() {
      return selectRows(interactions, rowsOf(roles, role.training, role.training))
    },
    get validation() {
      return selectRows(interactions, rowsOf(roles, role.validation, role.validation))
    },
    get test() {
      return selectRows(interactions, rowsOf(roles, role.test, role.test))
    },
    get fitRows() {
      return selectRows(interactions, rowsOf(roles, role.training, role.validation))
    },
    get isFitted() {
      return roles.map(each => each === role.test ? 0 : 1)
    },
  }
}

// Rows whose role lies from `first` to `last`. No callback: it runs over every row.
function rowsOf(roles: Uint8Array, first: number, last: number): Uint32Array {
  let length = 0
  for (let row = 0; row < roles.length; row++) if (roles[row] >= first && roles[row] <= last) length++
  const rows = new Uint32Array(length)
  let to = 0
  for (let row = 0; row < roles.length; row++) if (roles[row] >= first && roles[row] <= last) rows[to++] = row
  return rows
}
