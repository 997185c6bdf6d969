// Of whom the test is asked: of all, or of the part of the users that is open while choices are made, or of the one that is kept for the end.
import { hash53, selectRows, type Dataset, type Interactions } from '@matinee/core'

/** Of so many users one is kept for the end. */
const KEPT = 5

export const testParts = ['all', 'four-fifths', 'fifth'] as const

/** The rows of the test whose users are meant; by a hash of their ids that no seed changes. */
export function ofPart(test: Interactions, { ids }: Dataset['users'], part: typeof testParts[number]): Interactions {
  if (part === 'all') return test
  const isKept = (user: number): boolean => hash53(0, ids[user]) % KEPT === 0
  return selectRows(test, Uint32Array.from(test.users.keys()).filter(row => isKept(test.users[row]) === (part === 'fifth')))
}
