// Whether training again would only give what is there already.
import { MatineeError } from '@matinee/core'
import { readCurrent, readManifest } from '../shelf/index.ts'
import type { RunConfig } from './config.ts'
import { fingerprint } from './fingerprint.ts'

/** The live version's name, if the same configuration, data and matinee made it; undefined otherwise or without any version. */
export async function reusableVersion(
  dir: string, config: RunConfig, dataChecksum: string, software: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  try {
    const version = await readCurrent(dir)
    const manifest = await readManifest(dir, version)
    return manifest.fingerprint === fingerprint(config, dataChecksum, software) ? version : undefined
  } catch (error) {
    // no version yet, or one that cannot be read: a new one is called for
    if (error instanceof MatineeError && error.code.startsWith('ERR_ARTIFACT')) return undefined
    throw error
  }
}
