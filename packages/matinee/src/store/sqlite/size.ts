// How much a SQLite store takes on the disk.
import { statSync } from 'node:fs'

/** Of the file and its log. */
export function sizeOfFile(path: string): number {
  return [path, `${path}-wal`].reduce((sum, name) => sum + (statSync(name, { throwIfNoEntry: false })?.size ?? 0), 0)
}
