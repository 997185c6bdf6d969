// A made-up set that looks like MovieLens: for trying things without a download, and for any size.
import {
  MatineeError, type ItemId, type OptionSpecs, type OptionValues, type Progress, type Random, resolveOptions, seededRandom, type UserId,
} from '../base/index.ts'
import { drawIndex } from './alias-table.ts'
import type { ItemInfo } from './catalogue.ts'
import type { RawEvents } from './prepare.ts'
import { drawTaste, shuffle, syntheticActivity, syntheticItemInfo, type SyntheticItems, syntheticItems } from './synthetic-world.ts'

/** The shape of the set; the default is that of MovieLens 100K. */
export const syntheticSpec = {
  users: { kind: 'integer', default: 943, min: 1, max: 16_000_000, help: 'users; each has at least one interaction' },
  items: { kind: 'integer', default: 1682, min: 1, max: 5_000_000, help: 'items that can be chosen' },
  interactions: { kind: 'integer', default: 100_000, min: 1, max: 1_000_000_000, help: 'interactions, from users to users × items' },
  factors: { kind: 'integer', default: 8, min: 1, max: 32, help: 'latent factors behind choices and ratings' },
  steps: { kind: 'choice', default: 'whole', choices: ['whole', 'half'], help: 'ratings 1, 2 … 5 or 1, 1.5 … 5' },
  seed: { kind: 'integer', default: 1, min: 0, max: 2 ** 32 - 1, help: 'the same seed gives the same bits' },
} as const satisfies OptionSpecs

/** What to make; the rest has its default. */
export type SyntheticOptions = Partial<OptionValues<typeof syntheticSpec>>

const DAY = 86_400
const OPENING = 946_684_800 // 2000-01-01
const OPEN_FOR = 210 * DAY // as long as MovieLens 100K; who rates for longer than that goes on alone
// Draws that may hit what the user already had before the next item in the catalogue is taken instead.
const TRIES = 16
const USERS_A_REPORT = 4096

/**
 * Exactly `interactions` rows, grouped by user, in strictly rising time within a user, no (user, item) twice.
 *
 * Latent factors drive both which items are chosen and how they are rated (synthetic-world.ts). Ids are u1 … and
 * i1 …, in index order. The memory is that of the columns (20 bytes a row) and 12 bytes × items × factors.
 * Throws ERR_OPTION for a value out of range, and for interactions < users or > users × items.
 */
export function synthetic(options: SyntheticOptions = {}, onProgress?: (progress: Progress) => void): RawEvents {
  const shape = resolveOptions(syntheticSpec, { ...options })
  const { users: nUsers, items: nItems, interactions: n, factors, seed } = shape
  if (n < nUsers || n > nUsers * nItems) {
    throw new MatineeError('ERR_OPTION', `interactions is ${n}, expected from users = ${nUsers} to users × items = ${nUsers * nItems}.`)
  }
  const world = syntheticItems(nItems, factors, seededRandom(seed, 1))
  const random = seededRandom(seed, 2)
  const interactions = {
    nUsers,
    nItems,
    users: new Int32Array(n),
    items: new Int32Array(n),
    values: new Float32Array(n),
    valueKind: 'rating' as const,
    timestamps: new Float64Array(n),
  }
  const watch = viewer(world, factors, shape.steps === 'half' ? 2 : 1, random)
  let row = 0
  syntheticActivity(nUsers, nItems, n, random).forEach((activity, user) => {
    const rows = [row, row + activity] as const
    interactions.users.fill(user, ...rows)
    watch(user, interactions.items.subarray(...rows), interactions.values.subarray(...rows))
    fillTimes(interactions.timestamps.subarray(...rows), random)
    row += activity
    if ((user + 1) % USERS_A_REPORT === 0 || row === n) onProgress?.({ stage: 'make synthetic', done: row, total: n })
  })
  const itemIds = Array.from({ length: nItems }, (_, item) => `i${item + 1}` as ItemId)
  const titles = seededRandom(seed, 3)
  const itemInfo = new Map(itemIds.map((id, item): [string, ItemInfo] => [id, syntheticItemInfo(item, world, factors, titles)]))
  const userIds = Array.from({ length: nUsers }, (_, user) => `u${user + 1}` as UserId)
  return { name: 'synthetic', synthetic: true, userIds, itemIds, interactions, itemInfo, rowsRead: n, badRows: 0 }
}

/** Fills one user's items and ratings; both [activity], users one after the other. */
function viewer({ loadings, quality, byFactor }: SyntheticItems, factors: number, stepsAStar: number, random: Random) {
  const nItems = quality.length
  const taste = new Float64Array(factors)
  const seenBy = new Int32Array(nItems).fill(-1)
  const drawFactor = (): number => {
    let left = random.uint32() / 0x100000000
    let factor = 0
    while (factor < factors - 1 && left >= taste[factor]) left -= taste[factor++]
    return factor
  }
  const drawUnseen = (user: number): number => {
    for (let tries = 0; tries < TRIES; tries++) {
      const item = drawIndex(byFactor[drawFactor()], random)
      if (seenBy[item] !== user) return item
    }
    let item = random.below(nItems)
    while (seenBy[item] === user) item = item + 1 === nItems ? 0 : item + 1
    return item
  }
  return (user: number, items: Int32Array, ratings: Float32Array): void => {
    drawTaste(taste, random)
    const kindness = 0.4 * random.normal()
    for (let at = 0; at < items.length; at++) {
      items[at] = drawUnseen(user)
      seenBy[items[at]] = user
    }
    shuffle(items, random) // without it the favourites would come first, and what is held out last would be leftovers
    for (let at = 0; at < items.length; at++) {
      const item = items[at]
      let match = 0 // 1 on average over all items, up to `factors`
      for (let factor = 0; factor < factors; factor++) match += factors * taste[factor] * loadings[item * factors + factor]
      const stars = 3 + kindness + 0.4 * quality[item] + 0.35 * Math.min(match, 4) + 0.7 * random.normal()
      ratings[at] = Math.min(5, Math.max(1, Math.round(stars * stepsAStar) / stepsAStar))
    }
  }
}

/** Sittings with seconds between one rating and the next, and days between sittings, somewhere within the open time. */
function fillTimes(timestamps: Float64Array, random: Random): void {
  let lasts = 0
  for (let at = 0; at < timestamps.length; at++) {
    timestamps[at] = lasts
    const draw = random.uint32()
    lasts += 1 + (draw & 63) + (draw >>> 26 === 0 ? DAY * (1 + ((draw >>> 8) & 7)) : 0)
  }
  const start = OPENING + Math.floor(Math.max(OPEN_FOR - lasts, 0) * random.uniform())
  for (let at = 0; at < timestamps.length; at++) timestamps[at] += start
}
