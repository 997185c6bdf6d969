// What the tests of the store share: a place for a file that vanishes with the test, and processes of their own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** An empty folder that is removed when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'matinee-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The path of a store that is not there yet. */
export const newFile = (): string => join(temporaryFolder(), 'feedback.sqlite')

const childFile = fileURLToPath(new URL('./child.ts', import.meta.url))
// Node 22 before 22.18 strips types only when asked
const flags = ['--conditions=matinee-source', ...(process.features.typescript ? [] : ['--experimental-strip-types'])]

/** The command that runs child.ts. */
export const childCommand = (...args: readonly string[]): [string, ...string[]] => [process.execPath, ...flags, childFile, ...args]
