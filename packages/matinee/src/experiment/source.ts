// Where a version's data came from, as its manifest says it: enough to load them again. docs/reference/files-on-disk.md
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { MatineeError } from '@matinee/core'
import { datasets } from '../files/index.ts'
import { SYNTHETIC, type DataSource, type LoadOptions } from './load.ts'

/** What was named, and what was done to the rows. */
export interface Origin {
  readonly data: DataSource
  readonly load: LoadOptions
}

/** For the manifest of a version in `dir`: files by their path from there, so that both can be moved together. cwd: where relative paths count from. */
export function originRecord({ data, load }: Origin, dir: string, cwd: string): object {
  if ('dataset' in data) return { dataset: data.dataset, ...load }
  const fromHere = (path: string): string => relative(dir, resolve(cwd, path)).split(sep).join('/')
  const { file, reading, ...beside } = data
  const paths = Object.entries(beside).flatMap(([name, path]) => path === undefined ? [] : [[name, fromHere(path)]])
  return { file: fromHere(file), reading: { ...reading }, ...Object.fromEntries(paths) as object, ...load }
}

/** The inverse. A manifest of before says it by the dataset's name at most. Throws ERR_USAGE where it does not say it. */
export function originFrom(manifest: Readonly<Record<string, unknown>>, dir: string): Origin {
  const { dataset, file, reading, itemsFile, usersFile, ...load } = (manifest.source ?? {}) as Record<string, unknown>
  const there = (path: string): string => isAbsolute(path) ? path : resolve(dir, path)
  if (typeof file === 'string') {
    const beside = {
      ...(typeof itemsFile === 'string' && { itemsFile: there(itemsFile) }), ...(typeof usersFile === 'string' && { usersFile: there(usersFile) }),
    }
    return { data: { file: there(file), reading: (reading ?? {}) as Extract<DataSource, { file: string }>['reading'], ...beside }, load }
  }
  const name = typeof dataset === 'string' ? dataset : (manifest.dataset as { readonly name?: unknown } | undefined)?.name
  if (typeof name === 'string' && (name === SYNTHETIC || Object.hasOwn(datasets, name))) return { data: { dataset: name }, load }
  throw new MatineeError('ERR_USAGE', `the live version in ${dir} does not say which data it was trained on, expected a file or --dataset NAME.`)
}
