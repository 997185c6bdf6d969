import { MatineeError } from '@matinee/core'
import { listVersions, pruneVersions, useVersion } from '../../shelf/index.ts'
import type { CommandDefinition } from '../command.ts'
import { print, type Io } from '../io.ts'
import { DEFAULT_ARTIFACTS, folder } from '../open-artifacts.ts'
import { checkedKeep, parseNumber } from '../option-flags.ts'
import { table } from '../table.ts'

const ACTIONS = ['list', 'use', 'prune']

export const versions: CommandDefinition = {
  summary: 'List the saved versions, make another one live, or remove old ones.',
  examples: [
    ['versions list', 'newest first'],
    ['versions use 2026-11-23T20-10-55Z-als', 'back to a former version; it is checked first'],
    ['versions prune --keep 3', 'all but the three newest, and never the live one'],
  ],
  configure(command) {
    command
      .argument('<action>', ACTIONS.join(', '))
      .argument('[name]', 'of the version to use')
      .option('--artifacts <dir>', 'folder of the versions', DEFAULT_ARTIFACTS)
      .option('--keep <integer>', 'versions that prune leaves', parseNumber)
  },
  async run([action, name], options, io) {
    const dir = folder(options.artifacts as string, io)
    if (action === 'list') return list(dir, options.json === true, io)
    if (action === 'use') {
      if (name === undefined) throw new MatineeError('ERR_USAGE', 'no version was named, expected versions use NAME.')
      await useVersion(dir, name)
      return print(io, options.json ? JSON.stringify({ live: name }) : `${name} is live.`)
    }
    if (action === 'prune') {
      if (options.keep === undefined) throw new MatineeError('ERR_USAGE', 'expected --keep with the number of versions to leave.')
      const removed = await pruneVersions(dir, { keep: checkedKeep(options.keep as number) })
      return print(io, options.json ? JSON.stringify({ removed }) : `Removed ${removed.length}: ${removed.join(', ') || 'none'}.`)
    }
    throw new MatineeError('ERR_USAGE', `there is no "versions ${action}"; expected one of ${ACTIONS.join(', ')}.`)
  },
}

async function list(dir: string, json: boolean, io: Io): Promise<void> {
  const entries = (await listVersions(dir)).map(({ name, live, createdAt, sizeBytes, manifest, error }) =>
    ({ name, live, createdAt, sizeBytes, dataset: (manifest?.dataset as { name?: string } | undefined)?.name ?? null, error: error?.message ?? null }))
  if (json) return print(io, JSON.stringify(entries, null, 2))
  if (entries.length === 0) return print(io, `There is no version in ${dir} yet.`)
  print(io, table(['version', 'live', 'data', 'MB'], entries.map(({ name, live, dataset, sizeBytes, error }) =>
    [name, live ? 'live' : '', error ?? dataset ?? '', (sizeBytes / 1e6).toFixed(2)])))
}
