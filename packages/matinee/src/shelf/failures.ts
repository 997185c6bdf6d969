// What the operating system says, in the house's words: every system error of this room is mapped here, once.
import { MatineeError } from '@matinee/core'
import type { ErrorCode } from '@matinee/core'

const codes: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'ERR_DISK_FULL',
  EDQUOT: 'ERR_DISK_FULL',
  EFBIG: 'ERR_DISK_FULL',
  EACCES: 'ERR_READ_ONLY',
  EPERM: 'ERR_READ_ONLY',
  EROFS: 'ERR_READ_ONLY',
}

/** The code of a system error (`ENOENT`, …), or undefined for any other kind of error. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** True where a system error says that nothing is there; ENOTDIR: a parent is a file. */
export function saysMissing(error: unknown): boolean {
  const code = systemCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/**
 * Runs `work` and turns a system error into a MatineeError with the path, what was being done and the cause:
 * ERR_DISK_FULL, ERR_READ_ONLY or ERR_IO. Every other error passes as it is.
 */
export async function guard<T>(doing: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = systemCode(error)
    if (code === undefined) throw error
    throw new MatineeError(codes[code] ?? 'ERR_IO', `cannot ${doing} ${path}: ${(error as Error).message}.`, { cause: error })
  }
}

/** The same error with a sentence added to its detail; what is not a MatineeError is given back unchanged. */
export function withDetail(error: unknown, sentence: string): unknown {
  if (!(error instanceof MatineeError) || sentence === '') return error
  return new MatineeError(error.code, `${error.detail} ${sentence}`, { cause: error.cause ?? error })
}
