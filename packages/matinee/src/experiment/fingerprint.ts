// Whether two runs would give the same version: same configuration, same data, same matinee.
import { createHash } from 'node:crypto'
import type { RunConfig } from './config.ts'

/** SHA-256 as hex; undefined where the data have no checksum. */
export function fingerprint(config: RunConfig, dataChecksum: string | undefined, software: Readonly<Record<string, string>>): string | undefined {
  if (dataChecksum === undefined) return undefined
  const text = JSON.stringify(sorted({ config, dataChecksum, matinee: software.matinee }))
  return createHash('sha256').update(text).digest('hex')
}

// Keys in one order, so that equal values have equal text.
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([key, inner]) => [key, sorted(inner)]))
}
