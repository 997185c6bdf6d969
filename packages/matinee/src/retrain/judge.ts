// Is the candidate worse than the live model? Both rank what people had since, for the same users among the same items.
// docs/decisions/0031-retraining-and-not-worse.md
import {
  compareRuns, evaluateModel, userIndex, userRuns, type Evaluation, type FittedModel, type Interval, type OptionSpecs, type OptionValues,
  type RunContext, type TrainingSet,
} from '@matinee/core'
import type { StoredEvent } from '../store/index.ts'

/** When a candidate is worse. */
export const judgeOptions = {
  level: { kind: 'number', default: 0.05, min: 0, max: 1, help: 'A loss is one where the paired test finds it with a p-value up to this.' },
  margin: {
    kind: 'number', default: 1, min: 0, max: 1,
    help: 'Besides, the interval of the difference must not reach further below 0 than this share of the live model\'s value; 1 asks for nothing.',
  },
  judges: { kind: 'integer', default: 30, min: 2, max: 1_000_000, help: 'Users with something held out who make a judgement; with fewer there is none.' },
} as const satisfies OptionSpecs

export type JudgeOptions = OptionValues<typeof judgeOptions>

/** What was held out, and what came of it. */
export interface Judgement {
  /** `too few`: fewer users than are asked for, and no numbers then. */
  readonly outcome: 'not worse' | 'worse' | 'too few'
  /** A sentence. */
  readonly because: string
  /** Users with something held out that both models can rank, and how many (user, item) that is. */
  readonly users: number
  readonly items: number
  /** Of what was held out: users and items that one of the models does not know, and (user, item) that were known before. */
  readonly unknownUsers: number
  readonly unknownItems: number
  readonly repeated: number
  /** Of numbers: which, the candidate's and the live model's mean over users, the candidate's minus the live one's with its 95 % interval, and p. */
  readonly metric?: string
  readonly candidate?: number
  readonly live?: number
  readonly difference?: number
  readonly interval?: Interval
  readonly p?: number
  readonly smallestVisible?: number
}

/** A model and the ids that it knows. */
export interface Known {
  readonly model: FittedModel
  readonly userIds: readonly string[]
  readonly itemIds: readonly string[]
}

/** What both are asked by. */
export interface Bench extends JudgeOptions {
  readonly k: number
  readonly resamples: number
  readonly seed: number
}

/** fittedOn: what the candidate was fitted on; what a user has there is no candidate for either model. */
export async function judge(
  live: Known, candidate: Known, fittedOn: TrainingSet, heldOut: readonly StoredEvent[], { k, resamples, seed, ...asked }: Bench, context: RunContext,
): Promise<Judgement> {
  const { counts, users, items, pairs, known } = commonGround(live, candidate, fittedOn, heldOut)
  if (counts.users < asked.judges) {
    return { outcome: 'too few', because: `${counts.users} users have something held out, ${asked.judges} are asked for.`, ...counts }
  }
  const length = Math.min(k, items.length)
  const holdout = {
    nUsers: users.length, nItems: items.length, valueKind: 'weight',
    users: Int32Array.from(pairs, ([user]) => user), items: Int32Array.from(pairs, ([, item]) => item), values: new Float32Array(pairs.length).fill(1),
  } as const
  const evaluate = (of: Known, stage: string): Promise<Evaluation> =>
    evaluateModel(renumbered(of.model, placesOf(of.userIds, users), placesOf(of.itemIds, items)), { training: known, holdout, ks: [length], stage }, context)
  const runsOf = async (of: Known, label: string) => ({ label, runs: userRuns([[await evaluate(of, `judge ${label}`)]], [seed], [seed]) })
  const metric = `ndcg@${length}`
  const { operands, pairs: [pair] } = compareRuns([await runsOf(candidate, 'candidate'), await runsOf(live, 'live')], metric, { resamples, seed })
  const numbers = { metric, candidate: operands[0].mean, live: operands[1].mean, ...pick(pair) }
  return { ...verdict(numbers, asked), ...counts, ...numbers }
}

const pick = ({ difference, interval, p, smallestVisible }: ReturnType<typeof compareRuns>['pairs'][number]) =>
  ({ difference, interval, p, ...(smallestVisible !== undefined && { smallestVisible }) })

interface Numbers {
  readonly metric: string
  readonly live: number
  readonly difference: number
  readonly interval: Interval
  readonly p: number
}

function verdict({ metric, live, difference, interval: [lower], p }: Numbers, { level, margin }: JudgeOptions) {
  const [by, floor] = [Math.abs(difference).toFixed(4), -margin * live]
  if (difference < 0 && p <= level) return { outcome: 'worse', because: `its ${metric} is lower by ${by}, p = ${p.toFixed(4)}.` } as const
  if (margin < 1 && lower < floor) return { outcome: 'worse', because: `the interval of the difference begins at ${lower.toFixed(4)}, below ${floor.toFixed(4)}.` } as const
  return { outcome: 'not worse', because: `its ${metric} is ${difference < 0 ? 'lower' : 'higher'} by ${by}, p = ${p.toFixed(4)}.` } as const
}

// Users and items that both know, by new numbers: pairs are what is held out, known is what the candidate was fitted on.
function commonGround(live: Known, candidate: Known, { byUser }: TrainingSet, heldOut: readonly StoredEvent[]) {
  const [liveUsers, liveItems] = [new Set(live.userIds), new Set(live.itemIds)]
  const [userAt, itemAt] = [new Map(candidate.userIds.map((id, at) => [id, at])), new Map(candidate.itemIds.map((id, at) => [id, at]))]
  const items = candidate.itemIds.filter(id => liveItems.has(id))
  const numberOf = new Map(items.map((id, number) => [id, number]))
  const told = new Map<string, Set<string>>()
  for (const { userId, itemId } of heldOut) told.set(userId, (told.get(userId) ?? new Set()).add(itemId))
  const unknownItems = new Set<string>()
  let [unknownUsers, repeated] = [0, 0]
  const users: string[] = []
  const pairs: [user: number, item: number][] = []
  const rows: Int32Array[] = []
  for (const [userId, own] of told) {
    const row = liveUsers.has(userId) ? userAt.get(userId) : undefined
    if (row === undefined) {
      unknownUsers++
      continue
    }
    const had = new Set(byUser.indices.subarray(byUser.indptr[row], byUser.indptr[row + 1]))
    const asked: number[] = []
    for (const itemId of own) {
      const number = numberOf.get(itemId)
      if (number === undefined) unknownItems.add(itemId)
      else if (had.has(itemAt.get(itemId) ?? -1)) repeated++
      else asked.push(number)
    }
    if (asked.length === 0 || had.size === 0) continue
    for (const item of asked.sort((a, b) => a - b)) pairs.push([users.length, item])
    users.push(userId)
    rows.push(Int32Array.from(had, item => numberOf.get(candidate.itemIds[item]) ?? -1).filter(item => item >= 0).sort())
  }
  const indptr = new Uint32Array(users.length + 1)
  rows.forEach((row, at) => { indptr[at + 1] = indptr[at] + row.length })
  const indices = new Int32Array(indptr[users.length])
  rows.forEach((row, at) => indices.set(row, indptr[at]))
  const known = { nRows: users.length, nColumns: items.length, indptr, indices, values: new Float32Array(indices.length).fill(1) }
  return { users, items, pairs, known, counts: { users: users.length, items: pairs.length, unknownUsers, unknownItems: unknownItems.size, repeated } }
}

function placesOf(ids: readonly string[], wanted: readonly string[]): Int32Array {
  const places = new Map(ids.map((id, at) => [id, at]))
  return Int32Array.from(wanted, id => places.get(id) ?? -1)
}

// A model by other numbers, by its scores. users, items: by the new number, the model's own.
function renumbered(model: FittedModel, users: Int32Array, items: Int32Array): FittedModel {
  const own = new Float32Array(model.batch * model.nItems)
  return {
    nUsers: users.length,
    nItems: items.length,
    batch: model.batch,
    scoreUsers(asked, out) {
      model.scoreUsers(asked.map(user => userIndex(users[user])), own.subarray(0, asked.length * model.nItems))
      for (let row = 0; row < asked.length; row++) {
        for (let item = 0; item < items.length; item++) out[row * items.length + item] = own[row * model.nItems + items[item]]
      }
    },
    state: model.state,
  }
}
