// Whether a fit fits into this machine, computed before it starts.
import { MatineeError } from '@matinee/core'

/** Throws ERR_MEMORY, with the numbers, when less than `neededBytes` are available. */
export function checkMemory(neededBytes: number, availableBytes: number): void {
  if (neededBytes <= availableBytes) return
  const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`
  throw new MatineeError('ERR_MEMORY', `fitting needs ${gib(neededBytes)} and ${gib(availableBytes)} are available.`)
}
