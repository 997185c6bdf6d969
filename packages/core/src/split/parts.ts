// The rows of each part of a split, as interactions of their own, and what can be said of any split.
import { type Interactions, selectRows } from '../dataset/index.ts'
import { fittedRoles, role, type Split, type SplitProtocol } from './contract.ts'
import { trainingAfterTest } from './training-after-test.ts'

/** What a splitter knows besides the roles. */
export interface Parts {
  /** Name and options. */
  readonly protocol: Readonly<Record<string, unknown>> & Pick<SplitProtocol, 'split'>
  readonly decidedByTies?: Uint8Array
  /** Rows with the roles of histories, each user's earliest first. */
  readonly historyRows?: { readonly validation: ArrayLike<number>, readonly test: ArrayLike<number> }
}

/**
 * The split that gives each row its role; roles: [n]. A part is copied out when it is asked for, rows in order of
 * arrival; index spaces stay those of the dataset.
 */
export function splitOf(interactions: Interactions, roles: Uint8Array, { protocol, decidedByTies, historyRows }: Parts): Split {
  const part = (...wanted: readonly number[]): Interactions => selectRows(interactions, rowsOf(roles, wanted))
  const later = trainingAfterTest(interactions, roles)
  return {
    roles,
    protocol: {
      ...protocol,
      ...(decidedByTies && { usersDecidedByTies: decidedByTies.reduce((n, isDecided) => n + isDecided, 0) }),
      ...usersByPart(interactions, roles),
      ...(later !== undefined && { trainingAfterTest: later }),
    },
    ...(decidedByTies && { decidedByTies }),
    ...(historyRows && {
      histories: { validation: selectRows(interactions, historyRows.validation), test: selectRows(interactions, historyRows.test) },
    }),
    get train() {
      return part(role.training)
    },
    get validation() {
      return part(role.validation)
    },
    get test() {
      return part(role.test)
    },
    get fitRows() {
      return part(...fittedRoles)
    },
    get isFitted() {
      return flagsOf(roles, fittedRoles)
    },
    get heldOut() {
      return part(role.test, role.testHistory)
    },
  }
}

// [n], 1 for rows with one of the roles. No callback, here and below: it runs over every row.
function flagsOf(roles: Uint8Array, wanted: readonly number[]): Uint8Array {
  const isWanted = Uint8Array.from({ length: 256 }, (_, each) => wanted.includes(each) ? 1 : 0)
  const flags = new Uint8Array(roles.length)
  for (let row = 0; row < roles.length; row++) flags[row] = isWanted[roles[row]]
  return flags
}

function rowsOf(roles: Uint8Array, wanted: readonly number[]): Uint32Array {
  const flags = flagsOf(roles, wanted)
  let length = 0
  for (let row = 0; row < roles.length; row++) length += flags[row]
  const rows = new Uint32Array(length)
  let to = 0
  for (let row = 0; row < roles.length; row++) if (flags[row] === 1) rows[to++] = row
  return rows
}

function usersByPart({ users, nUsers }: Interactions, roles: Uint8Array): Pick<SplitProtocol, 'usersWithTest' | 'usersWithoutTest' | 'usersWithValidation'> {
  const [hasTest, hasValidation] = [new Uint8Array(nUsers), new Uint8Array(nUsers)]
  for (let row = 0; row < roles.length; row++) {
    if (roles[row] === role.test) hasTest[users[row]] = 1
    if (roles[row] === role.validation) hasValidation[users[row]] = 1
  }
  const count = (flags: Uint8Array): number => flags.reduce((n, flag) => n + flag, 0)
  return { usersWithTest: count(hasTest), usersWithoutTest: nUsers - count(hasTest), usersWithValidation: count(hasValidation) }
}
