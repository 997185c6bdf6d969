// The flags by which data and a configuration are named; shared by every command that fits.
import { Option, type Command } from 'commander'
import { allModels, MatineeError, pickOptions, prepareOptions, splitters, type OptionSpecs } from '@matinee/core'
import { checkedThreads, repeatOptions, runConfig, runOptions, type DataSource } from '../experiment/index.ts'
import type { Encoding, EventReading } from '../files/index.ts'
import { addFlags, addFlagsOf, parseNumber, pickOptionsOf } from './option-flags.ts'
import type { Job } from './run-job.ts'

const DATA = 'Data:'

const EVENTS = ['[file]', 'events in CSV, TSV, `::`, Parquet or JSON'] as const

/**
 * Adds the events' file, and the flags of data, preparation, run and model. run: the options of the run that have flags, by
 * default all; argument: what stands in the file's place.
 */
export function addRunFlags(command: Command, run: OptionSpecs = runOptions, argument: readonly [name: string, help: string] = EVENTS): void {
  addDataFlags(command, argument)
  addFlags(command, run, 'Run:')
  addFlagsOf(command, splitters, 'Split:', runOptions)
  addModelFlags(command)
}

/** Adds the events' file, and the flags of data and preparation. */
export function addDataFlags(command: Command, argument: readonly [name: string, help: string]): void {
  command
    .argument(...argument)
    .optionsGroup(DATA)
    .option('--dataset <name>', 'a known dataset instead of a file; `matinee datasets` lists them')
    .option('--mirror <url>', 'where to download it from instead of GroupLens')
  addColumnFlags(command)
  command
    .option('--items <file>', 'titles and attributes of the items: a table with a column of item ids')
    .option('--users <file>', 'attributes of the users, for a model with features: a table with a column of user ids')
    .option('--skip-bad-rows', 'leave out rows with a missing, non-finite or negative field, and count them')
  addFlags(command, prepareOptions, DATA)
}

/** Adds the flags of the models, and --threads. */
export function addModelFlags(command: Command): void {
  addFlagsOf(command, allModels, 'Model:')
  command.optionsGroup('Machine:').option('--threads <integer>', 'threads; changes no result (default: all cores)', parseNumber)
}

/** Adds the flags that say how a table of events is to be read. */
export function addColumnFlags(command: Command): void {
  command
    .option('--user <column>', 'column of the user ids, by name or position from 0')
    .option('--item <column>', 'column of the item ids')
    .option('--rating <column>', 'column of the ratings')
    .option('--weight-column <column>', 'column of weights that need no further scaling, instead of ratings')
    .option('--time <column>', 'column of the timestamps: seconds, milliseconds or ISO dates')
    .option('--delimiter <text>', 'what separates columns; found out by default')
    .addOption(new Option('--encoding <name>', 'of the file (default utf-8)').choices(['utf-8', 'latin-1']))
    .addOption(new Option('--quote <character>', '" (default), or "" where a quote is a character like any other').choices(['"', '']))
    .option('--no-header', 'the first line is data; found out by default')
}

/** Adds --profile, for a command that fits once. */
export function addProfileFlag(command: Command): void {
  command.optionsGroup('Output:').option('--profile', 'where the time went: by stage, by phase of each iteration, and beside the peak of the machine')
}

/** Adds --seeds and --tie-seeds. */
export const addRepeatFlags = (command: Command): void => addFlags(command, repeatOptions, 'Run:')

/** The job that arguments and flags describe. Throws ERR_USAGE, ERR_OPTION, ERR_UNKNOWN_NAME. */
export function jobFrom(args: readonly string[], options: Readonly<Record<string, unknown>>): Job {
  return {
    ...dataJobFrom(args, options),
    config: runConfig(pickOptions(options, runOptions), pickOptionsOf(allModels, options), splitOptions(options)),
    profile: options.profile === true,
  }
}

/** What is loaded, and with how many threads. Throws as jobFrom. */
export function dataJobFrom(args: readonly string[], options: Readonly<Record<string, unknown>>): Pick<Job, 'data' | 'load' | 'threads'> {
  return {
    data: dataFrom(args, options),
    load: { ...pickOptions(options, prepareOptions), skipBadRows: options.skipBadRows === true },
    threads: checkedThreads(options.threads as number | undefined),
  }
}

/** The options of splitters among flags. Those that are flags of the run already are given to the splitter by the run. */
export const splitOptions = (options: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(pickOptionsOf(splitters, options)).filter(([name]) => !Object.hasOwn(runOptions, name)))

// Exactly one of a file and --dataset.
function dataFrom([file]: readonly string[], options: Readonly<Record<string, unknown>>): DataSource {
  const text = (name: string): string | undefined => options[name] as string | undefined
  const dataset = text('dataset')
  const beside = ['items', 'users'].find(name => text(name) !== undefined)
  if (dataset !== undefined && beside) throw new MatineeError('ERR_USAGE', `--${beside} was given with --dataset ${dataset}, expected it with a file: a known dataset brings its own.`)
  if (file === undefined && dataset !== undefined) return { dataset, mirror: text('mirror') }
  if (file === undefined || dataset !== undefined) {
    throw new MatineeError('ERR_USAGE', file === undefined ? 'no data were named, expected a file or --dataset NAME.' : `both the file "${file}" and --dataset ${dataset} were given, expected one.`)
  }
  return { file, reading: readingFrom(options), itemsFile: text('items'), usersFile: text('users') }
}

/** How the flags of addColumnFlags say that a table is to be read. */
export function readingFrom(options: Readonly<Record<string, unknown>>): EventReading {
  const text = (name: string): string | undefined => options[name] as string | undefined
  return {
    user: column(text('user')),
    item: column(text('item')),
    rating: column(text('rating')),
    weight: column(text('weightColumn')),
    time: column(text('time')),
    delimiter: text('delimiter'),
    encoding: options.encoding as Encoding | undefined,
    quote: options.quote as '"' | '' | undefined,
    header: options.header === false ? false : undefined,
  }
}

// `3` is a position, anything else a name.
const column = (text: string | undefined): string | number | undefined => text !== undefined && /^\d+$/.test(text) ? Number(text) : text
