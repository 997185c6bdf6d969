// Everybody's interactions from a moment on are the test, a window before it is the validation, what came before is training.
import { MatineeError, type OptionSpecs, resolveOptions } from '../base/index.ts'
import type { Dataset, Timestamps } from '../dataset/index.ts'
import { role, type Split, type SplitterDefinition } from './contract.ts'
import { splitOf } from './parts.ts'

const options = {
  testShare: { kind: 'number', default: 0.2, min: 0.0001, max: 0.9, help: 'The moment is where so much of all interactions is still to come.' },
  validationShare: { kind: 'number', default: 0.1, min: 0, max: 0.9, help: 'Share of all interactions in the window before the moment that is the validation.' },
  moment: { kind: 'number', default: 0, min: 0, max: 253_402_300_799, help: 'The moment itself, in seconds since 1970; 0: by testShare.' },
} as const satisfies OptionSpecs

/**
 * Global time: nothing that is fitted on is later than anything that is asked for. Equal times are on one side, so a part
 * may be larger than its share, and no rule for ties is needed.
 *
 * Users without training have test rows all the same; who measures leaves them out. Throws ERR_NO_TIME without
 * timestamps, ERR_EMPTY when nothing is before the moment, or nothing from it on.
 */
export const globalTime = {
  help: 'Interactions from a moment on are the test, a window before it is the validation, what came before is training.',
  options,
  split(dataset: Dataset, given: Readonly<Record<string, unknown>> = {}): Split {
    const { testShare, validationShare, moment: asked } = resolveOptions(options, given)
    const { timestamps } = dataset.interactions
    if (!timestamps) throw new MatineeError('ERR_NO_TIME', 'the split global-time needs timestamps, and the data have none.')
    const rising = timestamps.slice().sort()
    const n = rising.length
    const moment = asked > 0 ? asked : afterFirst(rising, Math.floor((1 - testShare) * n))
    const nBefore = countBefore(rising, moment)
    if (nBefore === 0 || nBefore === n) {
      throw new MatineeError('ERR_EMPTY', `${nBefore} of ${n} interactions are before the moment ${moment}, expected some before it and some from it on.`)
    }
    const validationFrom = validationShare === 0 ? moment : Math.min(moment, afterFirst(rising, nBefore - Math.round(validationShare * n)))
    const roles = new Uint8Array(n)
    for (let row = 0; row < n; row++) roles[row] = timestamps[row] >= moment ? role.test : timestamps[row] >= validationFrom ? role.validation : role.training
    return splitOf(dataset.interactions, roles, {
      protocol: { split: 'global-time', ...(asked === 0 && { testShare }), validationShare, moment, validationFrom },
    })
  },
} as const satisfies SplitterDefinition

// The time at a position, or the next later one where that is the first of all: something stays before it.
function afterFirst(rising: Timestamps, at: number): number {
  const time = rising[Math.max(0, at)]
  return time > rising[0] ? time : rising.find(later => later > rising[0]) ?? time
}

// How many are below `time`.
function countBefore(rising: Timestamps, time: number): number {
  let [low, high] = [0, rising.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (rising[middle] < time) low = middle + 1
    else high = middle
  }
  return low
}
