// Everything a command touches besides files: so that a test can run one in its own process.
import type { Writable } from 'node:stream'

export interface Io {
  readonly stdout: Writable
  readonly stderr: Writable
  readonly env: Readonly<Record<string, string | undefined>>
  /** Relative paths count from here. */
  readonly cwd: string
  readonly signal: AbortSignal
  readonly now: () => Date
  /** Width of the terminal; undefined where there is none. */
  readonly columns?: number
  /** Whether progress may be drawn and erased. */
  readonly interactive: boolean
}

/** What every command understands. */
export interface CommonOptions {
  readonly json?: boolean
  readonly quiet?: boolean
}

/** Prints a line of the command's answer. */
export const print = (io: Io, text: string): void => void io.stdout.write(`${text}\n`)

/** Prints a line that is not part of the answer. */
export const remark = (io: Io, { quiet }: CommonOptions, text: string): void => {
  if (!quiet) io.stderr.write(`${text}\n`)
}
