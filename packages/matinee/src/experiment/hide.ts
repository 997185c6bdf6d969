// From data to what is fitted and what is hidden. Of large data the columns are most of the memory, so each is let go
// when the last step that needs it is done.
import {
  checkHidden, lastDays, letGo, modelDefinition, RECENT_DAYS, role, splitterDefinition, timesOf, trainingParts, trainingSet,
  type Dataset, type Split, type TrainingPart, type TrainingSet,
} from '@matinee/core'
import { checkK, type RunConfig } from './config.ts'
import type { stopwatch } from './stopwatch.ts'
import { ofPart } from './test-part.ts'

/** A dataset without its columns. */
export interface DatasetSummary extends Omit<Dataset, 'interactions'> {
  readonly nInteractions: number
}

/** What manifests, results and `--json` say of the data: sizes after preparation, and what became of the rows. */
export const datasetRecord = ({ name, synthetic, provenance, users, items, nInteractions }: DatasetSummary) =>
  ({ name, synthetic, users: users.size, items: items.size, interactions: nInteractions, ...provenance })

export interface HiddenData {
  readonly dataset: DatasetSummary
  readonly split: Pick<Split, 'test' | 'validation' | 'heldOut' | 'histories' | 'decidedByTies' | 'protocol'>
  /** Everything but what is held out, and where validation is hidden too, everything but both. Its times are those that somebody counts over. */
  readonly training: TrainingSet
  /** The same parts of all rows: only where there is to be a refit, or the order of what is stored matters. */
  readonly everyPart?: Pick<TrainingSet, TrainingPart>
}

/**
 * Loads, splits and lays out; the columns of what `load` gives are used up. `time` notes how long each step took.
 * hide: what is kept from the training set; `validation` means the test as well. Throws ERR_LEAK should any of it be there all the same.
 */
export async function loadAndHide(
  load: () => Promise<Dataset>, config: RunConfig, time: ReturnType<typeof stopwatch>['time'], hide: 'test' | 'validation' = 'test',
): Promise<HiddenData> {
  const { interactions, ...described } = await time('load', load)
  const dataset = { ...described, nInteractions: interactions.items.length }
  checkK(config, dataset)
  const { split, isKept, times, parts, everyPart } = await time('split', () => {
    const whole = { ...described, interactions }
    const made = splitterDefinition(config.split).split(whole, config.splitOptions)
    const { roles, test, validation, heldOut, histories, decidedByTies, protocol } = made
    const isFitted = hide === 'test' ? made.isFitted : roles.map(each => each === role.training ? 1 : 0)
    letGo(roles)
    const tieRule = { ties: config.ties, seed: config.tieSeed }
    const { uses = [], daysUsed } = modelDefinition(config.model)
    const parts = trainingParts(uses, whole, tieRule, isFitted)
    const everyPart = config.refit === 'all' || uses.includes('sequences') ? trainingParts(uses, whole, tieRule) : undefined
    const all = timesOf(interactions, isFitted)
    const last = all && lastDays(Math.max(RECENT_DAYS, daysUsed?.(config.modelOptions) ?? 0), all)
    letGo(interactions.timestamps)
    const { testPart } = config
    const asked = { test: ofPart(test, described.users, testPart), protocol: { ...protocol, ...(testPart !== 'all' && { testPart }) } }
    const split = { ...asked, validation, heldOut, ...(histories && { histories }), ...(decidedByTies && { decidedByTies }) }
    return { split, isKept: isFitted, times: last, parts, everyPart }
  })
  const training = await time('prepare', () => {
    const made = trainingSet(interactions, config.weight, { isKept, mayLetGo: true, ...parts, ...(times && { times }) })
    const { moment, validationFrom = moment } = split.protocol
    checkHidden(made, { ...split.heldOut, from: hide === 'test' ? moment : validationFrom }, 'the fit')
    if (hide === 'validation') checkHidden(made, split.validation, 'the fit to choose by')
    return made
  })
  return { dataset, split, training, everyPart }
}
