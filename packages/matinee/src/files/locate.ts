// Is a dataset there already? In MATINEE_DATA_DIR, then in data/.
import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { filesOf } from './definition.ts'
import type { DatasetDefinition } from './definition.ts'

export interface DataPlaces {
  /** The value of MATINEE_DATA_DIR; a relative one counts from `cwd`. Empty counts as not set. */
  readonly dataDir?: string
  /** Where the command was started. */
  readonly cwd: string
}

export interface LocatedDataset {
  /** The folder that holds the dataset's files, absolute. */
  readonly folder: string
  readonly foundIn: 'MATINEE_DATA_DIR' | 'data'
}

/** The folders that are looked into, in that order, absolute. The first is where a download goes. */
export function dataFolders({ dataDir, cwd }: DataPlaces): { folder: string; kind: LocatedDataset['foundIn'] }[] {
  const data = { folder: resolve(cwd, 'data'), kind: 'data' as const }
  return dataDir === undefined || dataDir === '' ? [data] : [{ folder: resolve(cwd, dataDir), kind: 'MATINEE_DATA_DIR' }, data]
}

/** The first folder `<place>/<name>/` that holds all the files that the dataset needs, or undefined. */
export async function locateDataset(definition: DatasetDefinition, places: DataPlaces): Promise<LocatedDataset | undefined> {
  for (const { folder, kind } of dataFolders(places)) {
    const candidate = join(folder, definition.name)
    if ((await missingFiles(definition, candidate)).length === 0) return { folder: candidate, foundIn: kind }
  }
  return undefined
}

/** The files that a folder lacks to be a copy of the dataset. */
export async function missingFiles(definition: DatasetDefinition, folder: string): Promise<string[]> {
  const files = filesOf(definition)
  const found = await Promise.all(files.map(file => stat(join(folder, file)).then(stats => stats.isFile(), () => false)))
  return files.filter((_, index) => !found[index])
}
