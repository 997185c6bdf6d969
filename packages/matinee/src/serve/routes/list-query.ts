// What a request says of a list, as options of a list.
import { parseCaps, type Attribute, type Recommender } from '@matinee/core'
import { HttpError } from '../errors.ts'
import type { ListOptions } from '../rules.ts'

interface AskedList {
  readonly n?: number
  readonly offset?: number
  readonly filter?: readonly string[]
  readonly exclude?: readonly string[]
  readonly candidates?: readonly string[]
  readonly include_seen?: boolean
  readonly mmr?: number
  readonly cap?: readonly string[]
}

/** The defaults are those of the schema; a body does not get them by itself. */
export function listOptions({ n = 10, offset = 0, filter, exclude, candidates, include_seen = false, mmr, cap }: AskedList, recommender: Recommender): ListOptions {
  if (!filter && !exclude && !candidates && mmr === undefined && !cap) return { n, offset, includeSeen: include_seen }
  return {
    n,
    offset,
    includeSeen: include_seen,
    ...(exclude && { exclude: idsOf(exclude, recommender) }),
    ...(candidates && { allow: idsOf(candidates, recommender) }),
    ...(mmr !== undefined && { mmr }),
    ...(cap && cap.length > 0 && { caps: parseCaps(cap) }),
    ...(filter && filter.length > 0 && { filter: filterOf(filter) }),
  }
}

// What is no id as it stands may be several, with commas between them.
const idsOf = (texts: readonly string[], { items }: Recommender): string[] =>
  texts.flatMap(text => items.indexOf(text) === undefined && text.includes(',') ? text.split(',') : [text])

function filterOf(conditions: readonly string[]): ListOptions['filter'] {
  const parsed = conditions.map((text): [string, string] => {
    const at = text.indexOf('=')
    if (at < 1) throw new HttpError('invalid_request', `the filter is ${JSON.stringify(text)}, expected ATTRIBUTE=VALUE.`)
    return [text.slice(0, at), text.slice(at + 1)]
  })
  return ({ attributes }) => parsed.every(([name, value]) => Object.hasOwn(attributes, name) && holds(attributes[name], value))
}

const holds = (attribute: Attribute, value: string): boolean => Array.isArray(attribute) ? attribute.includes(value) : String(attribute) === value
