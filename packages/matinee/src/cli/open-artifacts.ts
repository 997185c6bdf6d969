// A recommender from an artifacts folder.
import { decodeVersion, openVersion, type MetricsReport, type Recommender } from '@matinee/core'
import type { Command } from 'commander'
import { isAbsolute, join } from 'node:path'
import { readVersion, type Manifest } from '../shelf/index.ts'
import type { Io } from './io.ts'

export const DEFAULT_ARTIFACTS = 'artifacts'

/** Adds --artifacts and --artifact-version. */
export function addArtifactsFlags(command: Command): void {
  command
    .option('--artifacts <dir>', 'folder of the versions', DEFAULT_ARTIFACTS)
    .option('--artifact-version <name>', 'a version other than the live one')
}

export interface OpenedVersion {
  readonly version: string
  readonly manifest: Manifest
  /** Absent where a program saved the version with `save`, without measuring it. */
  readonly metrics?: MetricsReport
  readonly recommender: Recommender
  /** What it was trained on, if the manifest says so. */
  readonly dataset?: DatasetRecord
}

/** What a manifest says of the data. */
export interface DatasetRecord {
  readonly name: string
  readonly synthetic: boolean
  readonly users: number
  readonly items: number
  readonly interactions: number
}

/** Reads, checks and restores a version. Throws what readVersion and decodeVersion throw. */
export async function openArtifacts(options: Readonly<Record<string, unknown>>, io: Io): Promise<OpenedVersion> {
  const { version, manifest, files } = await readVersion(folder(options.artifacts as string, io), options.artifactVersion as string | undefined)
  const metrics = files.get('metrics.json')
  return {
    version,
    manifest,
    ...(metrics && { metrics: JSON.parse(new TextDecoder().decode(metrics)) as MetricsReport }),
    recommender: await openVersion(decodeVersion(files)),
    dataset: manifest.dataset as DatasetRecord | undefined,
  }
}

/** What every answer from made-up data says besides; nothing for real data. */
export const syntheticField = ({ dataset }: OpenedVersion): { readonly synthetic?: true } => dataset?.synthetic ? { synthetic: true } : {}

/** The same for people. */
export const syntheticNote = ({ dataset }: OpenedVersion): string => dataset?.synthetic ? ' (synthetic data)' : ''

/** A folder as the user meant it. */
export const folder = (path: string, { cwd }: Io): string => isAbsolute(path) ? path : join(cwd, path)
