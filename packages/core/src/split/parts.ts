// The rows of each part of a split, as interactions of their own, and what can be said of any split.
import { type Interactions, selectRows } from '../dataset/index.ts'
import { role, type Split, type SplitProtocol } from './contract.ts'
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
  const isFitted = (): Uint8Array => roles.map(each => each === role.test || each === role.testHistory ? 0 : 1)
  const later = trainingAfterTest(interactions, roles, isFitted())
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
      return part(role.training, role.validation, role.validationHistory)
    },
    get isFitted() {
      return isFitted()
    },
    get heldOut() {
      return part(role.test, role.testHistory)
    },
  }
}

// No callback: it runs over every row.
function rowsOf(roles: Uint8Array, wanted: readonly number[]): Uint32Array {
  const isWanted = Uint8Array.from({ length: 256 }, (_, each) => wanted.includes(each) ? 1 : 0)
  let length = 0
  for (let row = 0; row < roles.length; row++) length += isWanted[roles[row]]
  const rows = new Uint32Array(length)
  let to = 0
  for (let row = 0; row < roles.length; row++) if (isWanted[roles[row]] === 1) rows[to++] = row
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
