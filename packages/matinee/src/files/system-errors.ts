// The system's errors (ENOENT, ENOSPC …) as MatineeError, so that nothing else leaves the room.
import { MatineeError } from '@matinee/core'
import type { ErrorCode } from '@matinee/core'

const codeOf: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'ERR_DISK_FULL',
  EDQUOT: 'ERR_DISK_FULL',
  EACCES: 'ERR_READ_ONLY',
  EPERM: 'ERR_READ_ONLY',
  EROFS: 'ERR_READ_ONLY',
}

/** The system's code of an error (`ENOENT`), or undefined for any other error. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/**
 * What a failed write to `path` means: ERR_DISK_FULL, ERR_READ_ONLY, or ERR_IO for any other reason.
 * A MatineeError comes back as it is.
 */
export function writeError(error: unknown, path: string): MatineeError {
  if (error instanceof MatineeError) return error
  const code = codeOf[systemCode(error) ?? ''] ?? 'ERR_IO'
  return new MatineeError(code, `could not write ${path}: ${messageOf(error)}.`, { cause: error })
}

/** What a failed read of `path` means: ERR_FILE_MISSING or ERR_IO. A MatineeError comes back as it is. */
export function readError(error: unknown, path: string): MatineeError {
  if (error instanceof MatineeError) return error
  const code = systemCode(error)
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new MatineeError('ERR_FILE_MISSING', `there is no file ${path}, expected one that can be read.`, { cause: error })
  }
  return new MatineeError('ERR_IO', `could not read ${path}: ${messageOf(error)}.`, { cause: error })
}

/** The message of whatever was thrown, on one line. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim()
}
