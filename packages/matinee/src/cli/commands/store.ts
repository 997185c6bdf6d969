import { MatineeError } from '@matinee/core'
import type { Command } from 'commander'
import { resolve } from 'node:path'
import type { Store } from '../../store/index.ts'
import type { CommandDefinition } from '../command.ts'
import { print, remark, type Io } from '../io.ts'
import { folder } from '../open-artifacts.ts'
import { progressBar } from '../progress-bar.ts'
import { addColumnFlags, readingFrom } from '../run-flags.ts'
import { addStoreFlag, shownStore, storeUrl } from '../store-flags.ts'
import type { ExportFormat } from '../store-export.ts'
import { table } from '../table.ts'

type Options = Readonly<Record<string, unknown>>
type Action = (store: Store, file: string | undefined, options: Options, io: Io) => Promise<void>

/** What each does, and whether it may make a store where there is none. */
const actions: Readonly<Record<string, { readonly makes: boolean, readonly run: Action }>> = {
  import: { makes: true, run: importFile },
  export: { makes: false, run: exportFile },
  stats: { makes: false, run: stats },
  migrate: { makes: true, run: migrate },
}

export const store: CommandDefinition = {
  summary: 'Put events into the store of feedback, take them out, count them, or bring its tables up to date.',
  examples: [
    ['store import events.csv --user customer --item sku --time ts', 'a table, as train reads it; the same file again adds nothing'],
    ['store export events.jsonl', 'everything; train and import read it'],
    ['store export ratings.csv --type rate --store postgres://matinee@db/feedback', 'one type of event, out of PostgreSQL'],
    ['store stats --json', 'events, users, items, rules, size'],
    ['store migrate', 'before a newer matinee serves from it; every other command does it as well'],
  ],
  configure(command: Command) {
    command
      .argument('<action>', Object.keys(actions).join(', '))
      .argument('[file]', 'to import or to write; export writes to stdout without one')
    addStoreFlag(command)
    command
      .option('--type <name>', 'import: type of the events whose rows do not say (default event); export: only this type')
      .option('--format <csv|jsonl>', 'of an export; by default as the file\'s name ends, on stdout jsonl')
    command.optionsGroup('Table to import:')
    addColumnFlags(command)
    command.option('--skip-bad-rows', 'leave out rows with a missing, non-finite or negative field, and count them')
  },
  async run([name, file], options, io) {
    if (!Object.hasOwn(actions, name)) throw new MatineeError('ERR_USAGE', `there is no "store ${name}"; expected one of ${Object.keys(actions).join(', ')}.`)
    const { makes, run } = actions[name]
    const { openStore } = await import('../../store/index.ts')
    const opened = await openStore(storeUrl(options, io), { now: () => io.now().getTime(), mustExist: !makes })
    try {
      await run(opened, file, options, io)
    } finally {
      await opened.close()
    }
  },
}

async function importFile(store: Store, file: string | undefined, options: Options, io: Io): Promise<void> {
  if (file === undefined) throw new MatineeError('ERR_USAGE', 'no file was named, expected store import FILE.')
  const { importEvents } = await import('../store-import.ts')
  const bar = await progressBar(io, options)
  const imported = await importEvents(store, resolve(io.cwd, file), {
    reading: readingFrom(options), skipBadRows: options.skipBadRows === true, type: options.type as string | undefined ?? 'event',
    signal: io.signal, onProgress: bar.onProgress,
  }).finally(bar.stop)
  if (options.json) return print(io, JSON.stringify(imported))
  const { rows, added, duplicates, badRows } = imported
  print(io, `Read ${rows} rows: ${added} added, ${duplicates} there already, ${badRows} left out.`)
}

async function exportFile(store: Store, file: string | undefined, options: Options, io: Io): Promise<void> {
  if (file === undefined && options.json) throw new MatineeError('ERR_USAGE', 'the events cannot go to stdout beside --json, expected store export FILE --json.')
  const { exportTo, exportToFile } = await import('../store-export.ts')
  const bar = await progressBar(io, options)
  const chosen = { format: formatOf(file, options.format as string | undefined), type: options.type as string | undefined, signal: io.signal, onProgress: bar.onProgress }
  const events = await (file === undefined ? exportTo(store, io.stdout, chosen) : exportToFile(store, folder(file, io), chosen)).finally(bar.stop)
  if (options.json) return print(io, JSON.stringify({ events, file }))
  if (file === undefined) remark(io, options, `${events} events.`)
  else print(io, `Wrote ${events} events to ${file}.`)
}

function formatOf(file: string | undefined, given: string | undefined): ExportFormat {
  const format = given ?? (file === undefined ? 'jsonl' : /\.(csv|jsonl)$/.exec(file)?.[1])
  if (format === 'csv' || format === 'jsonl') return format
  throw new MatineeError('ERR_USAGE', `the format is ${format ?? `not told by the name ${file ?? ''}`}, expected --format csv or jsonl.`)
}

async function stats(store: Store, _: string | undefined, options: Options, io: Io): Promise<void> {
  const found = await store.stats()
  if (options.json) return print(io, JSON.stringify(found, null, 2))
  const { kind, schemaVersion, sizeBytes, lastSequence, erasedUsers, ...counts } = found
  print(io, `${shownStore(options)}: ${kind}, schema ${schemaVersion}, ${(sizeBytes / 1e6).toFixed(2)} MB`)
  print(io, table(['what', 'how many'], Object.entries({ ...counts, 'erased users': erasedUsers, 'last change': lastSequence })
    .map(([name, n]) => [name, n.toLocaleString('en')])))
}

async function migrate(store: Store, _: string | undefined, options: Options, io: Io): Promise<void> {
  const { kind, schemaVersion } = await store.stats() // opening has done it
  print(io, options.json ? JSON.stringify({ kind, schemaVersion }) : `${shownStore(options)} has schema ${schemaVersion}.`)
}
