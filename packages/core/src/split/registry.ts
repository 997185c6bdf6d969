// Every splitter by its name. A new one is a file and a line here.
import type { SplitterDefinition } from './contract.ts'
import { leaveLastN } from './leave-last-n.ts'

export const splitters = {
  'leave-last-n': leaveLastN,
} as const satisfies Record<string, SplitterDefinition>

export type SplitterName = keyof typeof splitters
