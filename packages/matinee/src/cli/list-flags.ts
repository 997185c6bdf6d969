// Flags of everything that prints a list of items.
import { MatineeError, type Attribute, type RecommendOptions } from '@matinee/core'
import type { Command } from 'commander'
import { parseNumber } from './option-flags.ts'

/** Adds --n, --exclude, --allow, --where, --include-seen. */
export function addListFlags(command: Command): void {
  const collect = (text: string, before: string[] = []): string[] => [...before, text]
  command
    .option('--n <integer>', 'length of the list', parseNumber, 10)
    .option('--exclude <ids>', 'item ids never to show, with commas between them')
    .option('--allow <ids>', 'show only these item ids')
    .option('--where <attribute=value>', 'show only items with this attribute; may be given again', collect)
    .option('--include-seen', 'show what the user has had as well')
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
  }
}

function parseCondition(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
  throw new MatineeError('ERR_OPTION', `--where is "${text}", expected ATTRIBUTE=VALUE.`)
}

const holds = (attribute: Attribute | undefined, value: string): boolean =>
  Array.isArray(attribute) ? attribute.includes(value) : attribute !== undefined && String(attribute) === value
