// Options that several splitters have, and what a run gives to whichever it has chosen.
import { type OptionSpecs, type OptionValues, pickOptions, resolveOptions } from '../base/index.ts'

/** The rule for equal times. */
export const tieOptions = {
  ties: {
    kind: 'choice',
    default: 'hash',
    choices: ['hash', 'file'],
    help: 'Order of equal timestamps: hash = by a seeded hash of user and item id, file = the later row is the later one.',
  },
  seed: { kind: 'integer', default: 42, min: 0, max: 2 ** 32 - 1, help: 'Seed of the hash that orders equal timestamps.' },
} as const satisfies OptionSpecs

/**
 * A splitter's options from what is asked of it alone, and from those of the run that it declares too.
 *
 * Throws ERR_OPTION as resolveOptions, for what is asked of it alone.
 */
export function optionsOfSplit<Specs extends OptionSpecs>(
  { options }: { readonly options: Specs }, ofRun: Readonly<Record<string, unknown>>, own: Readonly<Record<string, unknown>>,
): OptionValues<Specs> {
  return resolveOptions(options, { ...pickOptions(ofRun, options), ...own })
}
