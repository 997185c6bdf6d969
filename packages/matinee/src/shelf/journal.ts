// A file of JSON lines that only grows: whatever ends the process, each line that was acknowledged is there afterwards.
import { open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { MatineeError } from '@matinee/core'
import { ensureFolder, syncFolder } from './disk.ts'
import { guard } from './failures.ts'

/** A file of JSON lines that is open for more of them. */
export interface Journal {
  /** What stood in it when it was opened, one value a line. */
  readonly lines: readonly unknown[]
  /** Resolves when the line is on the disk. Lines come to stand in the order of the calls. */
  append(line: object): Promise<void>
  close(): Promise<void>
}

/**
 * Opens the journal, or begins one. The caller holds the lock of its folder.
 *
 * A last line that was not written to its end is taken away. Throws ERR_FORMAT for any other line that is no JSON,
 * ERR_DISK_FULL, ERR_READ_ONLY, ERR_IO.
 */
export async function openJournal(path: string): Promise<Journal> {
  await ensureFolder(dirname(path))
  return guard('open', path, async () => {
    const file = await open(path, 'a+')
    try {
      const bytes = await file.readFile()
      const { lines, wholeBytes } = parse(bytes, path)
      if (wholeBytes < bytes.length) await file.truncate(wholeBytes)
      await file.sync()
      await syncFolder(dirname(path))
      return journal(file, path, lines)
    } catch (error) {
      await file.close()
      throw error
    }
  })
}

function journal(file: FileHandle, path: string, lines: readonly unknown[]): Journal {
  let last: Promise<void> = Promise.resolve()
  return {
    lines,
    append(line) {
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
      last = last.then(() => guard('write', path, async () => {
        await file.appendFile(bytes)
        await file.sync()
      }))
      return last
    },
    close: () => file.close(),
  }
}

function parse(bytes: Buffer, path: string): { lines: readonly unknown[], wholeBytes: number } {
  const lines: unknown[] = []
  let wholeBytes = 0
  for (let end = bytes.indexOf('\n'); end >= 0; end = bytes.indexOf('\n', wholeBytes)) {
    const text = bytes.toString('utf8', wholeBytes, end)
    try {
      lines.push(JSON.parse(text))
    } catch (error) {
      if (end + 1 === bytes.length) break // a power cut may leave a length without its bytes
      throw new MatineeError('ERR_FORMAT', `line ${lines.length + 1} of ${path} is no JSON, expected what matinee wrote there.`, { cause: error })
    }
    wholeBytes = end + 1
  }
  return { lines, wholeBytes }
}
