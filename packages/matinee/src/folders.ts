// save and open, for bytes as in core, and for folders of versions.
import * as core from '@matinee/core'
import { readVersion, writeVersion } from './shelf/index.ts'

/** A recommender as bytes. */
export function save(recommender: core.Recommender): Uint8Array
/** A recommender as the new live version in a folder; gives the version's name. Throws what writeVersion throws. */
export function save(recommender: core.Recommender, dir: string): Promise<string>
export function save(recommender: core.Recommender, dir?: string): Uint8Array | Promise<string> {
  if (dir === undefined) return core.save(recommender)
  const { state, history: { weighting } } = recommender.contents
  return writeVersion(dir, {
    label: state.model,
    now: new Date(),
    manifest: { config: { model: state.model, modelOptions: state.options, weight: weighting } },
    files: core.encodeVersion(recommender.contents),
  })
}

/**
 * A recommender from bytes that save() gave, or from a folder: its live version, or the one named.
 *
 * Throws ERR_FORMAT for bytes, and what readVersion throws for a folder.
 */
export async function open(source: Uint8Array | string, version?: string): Promise<core.Recommender> {
  if (typeof source !== 'string') return core.open(source)
  const { files } = await readVersion(source, version)
  return core.openVersion(core.decodeVersion(files))
}
