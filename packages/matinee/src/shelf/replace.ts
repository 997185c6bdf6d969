// A version in the place of another that must not stay: written whole, live if the other was, and only then the other goes.
import { MatineeError } from '@matinee/core'
import { currentName, replaceCurrent, settleCurrent } from './current.ts'
import { underLock } from './lock.ts'
import type { Lock } from './lock.ts'
import { checkFolder, checkVersionName, parseVersionName } from './names.ts'
import { discardVersions, sweep } from './prune.ts'
import { readManifest, versionNames } from './read.ts'
import { writeVersion, type Save } from './write.ts'

/** What takes a version's place; its label and time are the other's. */
export type Replacement = Pick<Save, 'manifest' | 'files' | 'signal' | 'onStage'> & { readonly lock: Lock }

/**
 * Gives the new version's name: of the same second as the other's, so that both stand at one place in the list. Its manifest says
 * `replaces`, by which `finishReplacements` ends what a killed process has begun. Throws as writeVersion.
 */
export async function replaceVersion(dir: string, replaced: string, replacement: Replacement): Promise<string> {
  checkFolder(dir)
  checkVersionName(replaced)
  const { label, createdAt } = parseVersionName(replaced) as NonNullable<ReturnType<typeof parseVersionName>>
  const live = await currentName(dir) === replaced
  const version = await writeVersion(dir, { ...replacement, manifest: { ...replacement.manifest, replaces: replaced }, label, now: createdAt, live })
  await discardVersions(dir, [replaced])
  return version
}

/** Ends replacements that were begun: a version whose successor is there goes, and the successor is live if it was. Throws as useVersion. */
export async function finishReplacements(dir: string, lock: Lock): Promise<void> {
  await underLock(dir, lock.what, lock, async () => {
    await sweep(dir)
    const names = (await versionNames(dir)).map(({ name }) => name)
    for (const name of names) {
      const replaced = await replacedBy(dir, name)
      if (replaced === undefined || !names.includes(replaced)) continue
      if (await currentName(dir) === replaced) {
        await replaceCurrent(dir, name)
        await settleCurrent(dir, name)
      }
      await discardVersions(dir, [replaced])
    }
  })
}

async function replacedBy(dir: string, version: string): Promise<string | undefined> {
  try {
    const { replaces } = await readManifest(dir, version)
    return typeof replaces === 'string' ? replaces : undefined
  } catch (error) {
    if (error instanceof MatineeError && error.code.startsWith('ERR_ARTIFACT')) return undefined // damaged: it takes nobody's place
    throw error
  }
}
