// A comparison in words: who is better, or what could not be seen; and of what it speaks.

/** Of a pair, the first beside the second. */
export interface Verdict {
  /** `same`: of every user the values are equal; `none found` is not `equal`. */
  readonly outcome: 'better' | 'worse' | 'none found' | 'same'
  /** What it speaks of: the models; or, where one side is a single fit of several that there could be, these fits. */
  readonly about: 'models' | 'fits'
  /** A sentence. */
  readonly text: string
}

/** What a verdict is made of. */
export interface Finding {
  readonly a: string
  readonly b: string
  /** Mean of a minus mean of b. */
  readonly difference: number
  /** After the correction for all comparisons. */
  readonly p: number
  readonly smallestVisible?: number
  /** Whether any user's value is another one. */
  readonly anyDifferent: boolean
  /** Whether both sides stand for their models: several seeds, or none that matters. */
  readonly ofModels: boolean
}

/** A corrected p-value up to this is a difference. */
const ALPHA = 0.05

/** The words for a finding. */
export function verdictOn({ a, b, difference, p, smallestVisible, anyDifferent, ofModels }: Finding): Verdict {
  const about = ofModels ? 'models' : 'fits'
  if (!anyDifferent) return { outcome: 'same', about, text: `${a} and ${b} have the same value for every user.` }
  if (p <= ALPHA) {
    const [better, worse] = difference > 0 ? [a, b] : [b, a]
    const text = `${better} is better than ${worse}${about === 'fits' ? ', as far as one fit tells' : ''}.`
    return { outcome: difference > 0 ? 'better' : 'worse', about, text }
  }
  const limit = smallestVisible === undefined
    ? 'one user shows none'
    : `one of ${smallestVisible.toFixed(4).replace(/^0/, '')} would have been seen in 8 of 10 such comparisons`
  return { outcome: 'none found', about, text: `No difference between ${a} and ${b} was found; ${limit}.` }
}
