// Flags of everything that prints a list of items.
import { MatineeError, mmrOption, parseCaps, type Attribute, type Diversity, type RecommendOptions } from '@matinee/core'
import { Option, type Command } from 'commander'
import { addFlags, parseNumber } from './option-flags.ts'

const collect = (text: string, before: string[] = []): string[] => [...before, text]

/** Adds --mmr and --cap. */
export function addDiversityFlags(command: Command): void {
  const group = 'Last step of the list:'
  addFlags(command, { mmr: mmrOption }, group)
  command.addOption(new Option('--cap <attribute=n>', 'At most n items with the same value of the attribute; may be given again.').argParser(collect).helpGroup(group))
}

/** Those flags, as the last step of lists; undefined without. Throws ERR_OPTION. */
export function diversityOptions({ mmr, cap }: { readonly mmr?: number, readonly cap?: readonly string[] }): Diversity | undefined {
  if (mmr === undefined && !cap) return undefined
  return { ...(mmr !== undefined && { mmr }), ...(cap && { caps: parseCaps(cap) }) }
}

/** Adds --n, --exclude, --allow, --where, --include-seen, --mmr, --cap. */
export function addListFlags(command: Command): void {
  command
    .option('--n <integer>', 'length of the list', parseNumber, 10)
    .option('--exclude <ids>', 'item ids never to show, with commas between them')
    .option('--allow <ids>', 'show only these item ids')
    .option('--where <attribute=value>', 'show only items with this attribute; may be given again', collect)
    .option('--include-seen', 'show what the user has had as well')
  addDiversityFlags(command)
}

/** Those flags as options of Recommender. Throws ERR_OPTION. */
export function listOptions(options: Readonly<Record<string, unknown>>): RecommendOptions {
  const { n, exclude, allow, where = [], includeSeen } = options as { n: number, exclude?: string, allow?: string, where?: string[], includeSeen?: boolean }
  const conditions = where.map(parseCondition)
  return {
    n,
    ...(exclude !== undefined && { exclude: exclude.split(',') }),
    ...(allow !== undefined && { allow: allow.split(',') }),
    ...(conditions.length > 0 && { filter: ({ attributes }) => conditions.every(([name, value]) => holds(attributes[name], value)) }),
    includeSeen: includeSeen === true,
    ...diversityOptions(options),
  }
}

function parseCondition(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
  throw new MatineeError('ERR_OPTION', `--where is "${text}", expected ATTRIBUTE=VALUE.`)
}

const holds = (attribute: Attribute | undefined, value: string): boolean =>
  Array.isArray(attribute) ? attribute.includes(value) : attribute !== undefined && String(attribute) === value
