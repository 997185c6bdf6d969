// Back to another version: CURRENT is replaced, no version is touched.
import { checkFolderExists, replaceCurrent, settleCurrent } from './current.ts'
import { underLock } from './lock.ts'
import type { Lock } from './lock.ts'
import { checkFolder, checkVersionName } from './names.ts'
import { sweep } from './prune.ts'
import { readVersion } from './read.ts'

/**
 * Makes a version the live one, after a check of every byte of it. Also mends a damaged CURRENT.
 *
 * `lock` is the folder's lock, where the caller holds it. Throws like `readVersion` and ERR_LOCKED,
 * ERR_DISK_FULL, ERR_READ_ONLY, ERR_IO; the former version is live then.
 */
export async function useVersion(dir: string, version: string, { lock }: { readonly lock?: Lock } = {}): Promise<void> {
  checkFolder(dir)
  checkVersionName(version)
  await checkFolderExists(dir) // a lock would create it
  await underLock(dir, `use ${version}`, lock, async () => {
    await sweep(dir)
    await readVersion(dir, version)
    await replaceCurrent(dir, version)
    await settleCurrent(dir, version)
  })
}
