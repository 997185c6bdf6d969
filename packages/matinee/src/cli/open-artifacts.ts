// A recommender from an artifacts folder.
import { decodeVersion, MatineeError, openVersion, type MetricsReport, type Recommender } from '@matinee/core'
import type { Command } from 'commander'
import { isAbsolute, join } from 'node:path'
import { readVersion, type Manifest } from '../shelf/index.ts'
import type { Io } from './io.ts'

export const DEFAULT_ARTIFACTS = 'artifacts'

/** Adds --artifacts and --version-name. */
export function addArtifactsFlags(command: Command): void {
  command
    .option('--artifacts <dir>', 'folder of the versions', DEFAULT_ARTIFACTS)
    .option('--artifact-version <name>', 'a version other than the live one')
}

export interface OpenedVersion {
  readonly version: string
  readonly manifest: Manifest
  readonly metrics: MetricsReport
  readonly recommender: Recommender
}

/** Reads, checks and restores a version. Throws what readVersion and decodeVersion throw. */
export async function openArtifacts(options: Readonly<Record<string, unknown>>, io: Io): Promise<OpenedVersion> {
  const { version, manifest, files } = await readVersion(folder(options.artifacts as string, io), options.artifactVersion as string | undefined)
  const metrics = files.get('metrics.json')
  if (!metrics) throw new MatineeError('ERR_ARTIFACT_CORRUPT', `version ${version} has no metrics.json.`)
  return {
    version,
    manifest,
    metrics: JSON.parse(new TextDecoder().decode(metrics)) as MetricsReport,
    recommender: await openVersion(decodeVersion(files)),
  }
}

/** A folder as the user meant it. */
export const folder = (path: string, { cwd }: Io): string => isAbsolute(path) ? path : join(cwd, path)
