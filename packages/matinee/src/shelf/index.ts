// Where do versions live?
//
// In an artifacts folder, one folder a version, with CURRENT beside them naming the live one. A version is a set
// of named files that this room does not look into, but for the manifest, whose checksums vouch for the others.
export { openJournal } from './journal.ts'
export type { Journal } from './journal.ts'
export { listVersions } from './list.ts'
export type { VersionEntry } from './list.ts'
export { withLock } from './lock.ts'
export type { Lock } from './lock.ts'
export { feedbackSequence, SCHEMA_VERSION } from './manifest.ts'
export type { FileRecord, Manifest } from './manifest.ts'
export { parseVersionName } from './names.ts'
export { pruneVersions } from './prune.ts'
export type { PruneOptions } from './prune.ts'
export { readCurrent, readManifest, readVersion, readVersionFile } from './read.ts'
export type { Version } from './read.ts'
export { finishReplacements, replaceVersion } from './replace.ts'
export type { Replacement } from './replace.ts'
export { useVersion } from './use.ts'
export { saveStages, writeVersion } from './write.ts'
export type { Save, SaveStage } from './write.ts'
