// The checksum of a known dataset without reading its rows: for asking whether anything has changed.
import { join } from 'node:path'
import type { RunContext } from '@matinee/core'
import { filesOf, type DatasetDefinition } from './definition.ts'
import { combinedChecksum, fingerprint } from './table/fingerprint.ts'

/** What `readDataset` gives as the provenance's checksum. Throws ERR_FILE_MISSING, ERR_FILE_EMPTY, ERR_ABORTED, ERR_IO. */
export async function datasetChecksum(definition: DatasetDefinition, folder: string, context: RunContext): Promise<string> {
  const prints = []
  for (const file of filesOf(definition)) prints.push(await fingerprint(join(folder, file), { isGzip: false }, context))
  return combinedChecksum(prints)
}
