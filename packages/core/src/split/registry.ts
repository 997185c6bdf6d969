// Every splitter by its name. A new one is a file and a line here.
import { MatineeError } from '../base/index.ts'
import type { SplitterDefinition } from './contract.ts'
import { globalTime } from './global-time.ts'
import { leaveLastN } from './leave-last-n.ts'
import { random } from './random.ts'
import { userHoldout } from './user-holdout.ts'

/** Every splitter by name. */
export const splitters = {
  'leave-last-n': leaveLastN,
  'global-time': globalTime,
  random,
  'user-holdout': userHoldout,
} as const satisfies Record<string, SplitterDefinition>

/** A name of `splitters`. */
export type SplitterName = keyof typeof splitters

/** The definition of a splitter by name. Throws ERR_UNKNOWN_NAME. */
export function splitterDefinition(name: string): SplitterDefinition {
  if (Object.hasOwn(splitters, name)) return splitters[name as SplitterName]
  throw new MatineeError('ERR_UNKNOWN_NAME', `there is no split "${name}"; expected one of ${Object.keys(splitters).join(', ')}.`)
}
