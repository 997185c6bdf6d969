// Users out of every version: for each that knows one of them a new one is written without them, and the old one goes.
// docs/decisions/0032-erasing-users.md
import { decodeVersion, encodeVersion, MatineeError, throwIfAborted, withoutUsers, type Progress } from '@matinee/core'
import { decodeResult, encodeResult, PER_USER, withoutOthers } from '../experiment/index.ts'
import {
  finishReplacements, listVersions, readManifest, readVersion, readVersionFile, replaceVersion, withLock, type Lock, type Manifest, type Version,
} from '../shelf/index.ts'
import type { Store } from '../store/index.ts'

/** What became of a version that knew somebody who is erased. */
export interface ErasedVersion {
  readonly replaced: string
  readonly version: string
  readonly users: number
}

/**
 * Whether a user is to be gone from a version whose data hold the store's events up to this sequence number: who was erased
 * and came back is known by what came later.
 */
export type IsErased = (userId: string, sequence: number) => boolean

/** By a store's list of erased users. */
export async function erasedBy(store: Pick<Store, 'erasedUsers' | 'hashOf'>): Promise<IsErased> {
  const steps = await store.erasedUsers()
  return (userId, sequence) => steps.size > 0 && (steps.get(store.hashOf(userId)) ?? 0) > sequence
}

/** Up to which of the store's sequence numbers a version's data go; 0 where they hold none of its events. */
export const feedbackSequence = ({ feedback }: Manifest): number => {
  const { sequence } = (feedback ?? {}) as { readonly sequence?: unknown }
  return typeof sequence === 'number' ? sequence : 0
}

export interface EraseContext {
  readonly now: Date
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

/**
 * Erases users from all versions of a folder, the newest first; nobody is asked for twice. Under the folder's lock; killed half-way
 * and started again it ends as if it had not been. A folder that is not there has nothing to erase.
 *
 * Throws ERR_ARTIFACT_CORRUPT, when all others are done, where a version cannot be read and so may know somebody; ERR_LOCKED,
 * ERR_ABORTED, and what writing throws.
 */
export async function eraseFromVersions(dir: string, isErased: IsErased, context: EraseContext): Promise<readonly ErasedVersion[]> {
  return withLock(dir, 'erase', async lock => {
    await finishReplacements(dir, lock)
    const names = inOrder(await listVersions(dir))
    const erased: ErasedVersion[] = []
    const unreadable: string[] = []
    for (const [at, name] of names.entries()) {
      throwIfAborted(context.signal)
      try {
        if (await knowsAny(dir, name, isErased)) erased.push(await eraseFrom(dir, await readVersion(dir, name), isErased, lock, context))
      } catch (error) {
        if (!(error instanceof MatineeError && /^ERR_(ARTIFACT|FORMAT)/.test(error.code))) throw error
        unreadable.push(`${name} (${error.message})`)
      }
      context.onProgress?.({ stage: 'erase', done: at + 1, total: names.length })
    }
    if (unreadable.length === 0) return erased
    const what = `users were erased from ${erased.length} versions, but ${unreadable.join('; ')} cannot be read and may know them; delete what cannot be mended.`
    throw new MatineeError('ERR_ARTIFACT_CORRUPT', what)
  })
}

// The newest first; of one second the oldest first, so that their successors, which are numbered as they come, keep that order.
function inOrder(entries: Awaited<ReturnType<typeof listVersions>>): string[] {
  const seconds = new Map<number, string[]>()
  for (const { name, createdAt } of entries) seconds.set(createdAt.getTime(), [name, ...seconds.get(createdAt.getTime()) ?? []])
  return [...seconds.values()].flat()
}

async function knowsAny(dir: string, version: string, isErased: IsErased): Promise<boolean> {
  const sequence = feedbackSequence(await readManifest(dir, version))
  const bytes = await readVersionFile(dir, version, 'user_map.json')
  if (!bytes) throw new MatineeError('ERR_ARTIFACT_MISSING', `${version} has no user_map.json, expected one.`)
  return (JSON.parse(new TextDecoder().decode(bytes)) as string[]).some(userId => isErased(userId, sequence))
}

// What matinee does not know of in a version it cannot rid of users, and leaves out.
async function eraseFrom(dir: string, { version, manifest, files }: Version, isErased: IsErased, lock: Lock, { now, signal }: EraseContext): Promise<ErasedVersion> {
  const before = decodeVersion(files)
  const sequence = feedbackSequence(manifest)
  const { contents, kept } = withoutUsers(before, userId => isErased(userId, sequence))
  const left = encodeVersion(contents)
  const [metrics, perUser] = [files.get('metrics.json'), files.get(PER_USER)]
  if (metrics) left.set('metrics.json', [metrics])
  if (perUser) left.set(PER_USER, encodeResult(withoutOthers(decodeResult(perUser, PER_USER), kept)))
  const users = before.userIds.length - kept.length
  const { schemaVersion: _, files: __, manifestSha256: ___, fingerprint: ____, ...said } = manifest // no longer what training gives
  const earlier = (said.erased as { users?: number } | undefined)?.users ?? 0
  const erased = { users: earlier + users, from: version, at: now.toISOString() }
  return { replaced: version, users, version: await replaceVersion(dir, version, { manifest: { ...said, erased }, files: left, lock, ...(signal && { signal }) }) }
}
