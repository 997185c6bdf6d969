// What can be asked of the last step, and whether the catalogue can give it.
import { checkOption, MatineeError, type NumberOption } from '../../base/index.ts'
import type { Catalogue } from '../../dataset/index.ts'

/** How the best candidates become a list that is less alike; without either nothing is done. docs/math/diversity.md */
export interface Diversity {
  /** How much likeness to what stands above counts beside relevance, from 0 (default, not at all) to 1 (nothing else). */
  readonly mmr?: number
  /** By attribute: how many items of the list may have the same value of it, or the same text among its texts; integers ≥ 1. */
  readonly caps?: Readonly<Record<string, number>>
}

/** What `mmr` may be. */
export const mmrOption: NumberOption = {
  kind: 'number', default: 0, min: 0, max: 1, help: 'How much likeness to what stands above counts against an item: 0 not at all, 1 nothing else.',
}
const capOption: NumberOption = { kind: 'integer', default: 1, min: 1, max: 1_000_000, help: 'Items with the same value of an attribute, at most.' }

/**
 * What is to be done; undefined where that is nothing. Throws ERR_OPTION for a number out of range, a cap by an attribute that no item
 * has, and mmr where no item has an attribute that is a list.
 */
export function checkedDiversity({ mmr = 0, caps = {} }: Diversity, catalogue: Catalogue): Required<Diversity> | undefined {
  const names = Object.keys(caps)
  if (mmr === 0 && names.length === 0) return undefined
  checkOption('mmr', mmrOption, mmr)
  for (const name of names) {
    checkOption(`the cap of ${name}`, capOption, caps[name])
    if (catalogue.some(({ attributes }) => Object.hasOwn(attributes, name))) continue
    const known = [...new Set(catalogue.flatMap(({ attributes }) => Object.keys(attributes)))]
    throw new MatineeError('ERR_OPTION', `there is a cap by the attribute "${name}", which no item has; ${known.length > 0 ? `expected one of ${known.join(', ')}` : 'none has any'}.`)
  }
  if (mmr > 0 && !catalogue.some(({ attributes }) => Object.values(attributes).some(Array.isArray))) {
    throw new MatineeError('ERR_OPTION', `mmr is ${mmr}, expected 0: no item has an attribute that is a list, and by these items are alike or not.`)
  }
  return { mmr, caps }
}

/** Caps as people write them, `genres=3`. Throws ERR_OPTION. */
export function parseCaps(texts: readonly string[]): Record<string, number> {
  const parsed = texts.map(text => {
    const found = /^(.+)=(\d+)$/s.exec(text)
    if (found) return [found[1], Number(found[2])] as const
    throw new MatineeError('ERR_OPTION', `the cap is ${JSON.stringify(text)}, expected ATTRIBUTE=N.`)
  })
  const caps = Object.fromEntries(parsed)
  if (Object.keys(caps).length === texts.length) return caps
  throw new MatineeError('ERR_OPTION', `the caps ${texts.join(', ')} name an attribute twice, expected one cap for each.`)
}
