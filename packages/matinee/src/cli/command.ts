// What a command of `matinee` is. A new one is a file in commands/ and a line in registry.ts.
import type { Command } from 'commander'
import type { Io } from './io.ts'

export interface CommandDefinition {
  /** One sentence. */
  readonly summary: string
  /** Lines a person could type, each with what it does. */
  readonly examples: readonly (readonly [line: string, what: string])[]
  /** Declares arguments and flags. */
  configure(command: Command): void
  /** Does it. args: positional arguments as declared; options: flags, camelCase. */
  run(args: readonly string[], options: Readonly<Record<string, unknown>>, io: Io): Promise<void>
}
