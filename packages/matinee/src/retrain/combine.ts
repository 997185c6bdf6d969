// Base data and feedback as one set of interactions. A (user, item) that comes again keeps the latest rating, and weights of
// events add up, in the order of their times: the rule of files (dataset/merge-repeats.ts) and of a history that is folded in.
import { weigh, weightings, type Dataset, type ItemInfo, type RawEvents, type UserId, type ItemId, type Weighting } from '@matinee/core'
import type { StoredEvent } from '../store/index.ts'

/** One telling of a (user, item). */
interface Told {
  /** Seconds since 1970; 0 where the base data have no times: then what comes later is later. */
  readonly time: number
  readonly weight: number
  /** A rating takes the place of what was before, a weight is added to it. */
  readonly isRating: boolean
}

/**
 * base: prepared without a k-core, which is for who prepares the whole. Its rows of erased users are left out, and an event whose
 * weight is none in float32 is a bad row. Everything is told in weights, with ratings made into weights by `weighting`.
 */
export function combine(base: Dataset, events: readonly StoredEvent[], weighting: Weighting, isErased: (userId: string) => boolean): RawEvents {
  const { interactions: { users: baseUsers, items: baseItems, values, valueKind, timestamps } } = base
  const weightOf: (rating: number) => number = weightings[weighting]
  const kept = base.users.ids.filter(id => !isErased(id))
  const users = numbering<UserId>(kept)
  const items = numbering<ItemId>(base.items.ids)
  const told = new Map<number, Map<number, Told[]>>() // by user and item
  let bad = 0
  for (const event of inOrder(events, timestamps !== undefined)) {
    const weight = Math.fround(event.rating === undefined ? event.weight ?? 1 : weightOf(event.rating))
    if (!(weight > 0 && weight < Infinity)) {
      bad++
      continue
    }
    const own = tableIn(told, users.of(event.userId as UserId), () => new Map<number, Told[]>())
    tableIn(own, items.of(event.itemId as ItemId), (): Told[] => []).push({ time: timestamps ? timeOf(event) : 0, weight, isRating: event.rating !== undefined })
  }

  const weights = values.slice()
  weigh(weights, valueKind, weighting)
  const numbers = new Map(kept.map((id, number) => [id, number])) // who is erased has none here, whatever was told since
  const newUsers = Int32Array.from(base.users.ids, id => numbers.get(id) ?? -1)
  const rowsKept: number[] = []
  for (let row = 0; row < baseUsers.length; row++) {
    const user = newUsers[baseUsers[row]]
    if (user < 0) continue
    const again = told.get(user)?.get(baseItems[row])
    if (!again) rowsKept.push(row)
    else insert(again, { time: timestamps?.[row] ?? 0, weight: weights[row], isRating: valueKind === 'rating' })
  }
  const rows = [...told].flatMap(([user, own]) => [...own].map(([item, all]) => ({ user, item, ...merged(all) })))
  const column = <Column extends Int32Array | Float32Array | Float64Array>(
    to: Column, ofBase: (row: number) => number, ofRow: (row: typeof rows[number]) => number,
  ): Column => {
    rowsKept.forEach((row, at) => { to[at] = ofBase(row) })
    rows.forEach((row, at) => { to[rowsKept.length + at] = ofRow(row) })
    return to
  }
  const n = rowsKept.length + rows.length
  return {
    name: base.name,
    synthetic: base.synthetic,
    userIds: users.ids,
    itemIds: items.ids,
    interactions: {
      nUsers: users.ids.length,
      nItems: items.ids.length,
      users: column(new Int32Array(n), row => newUsers[baseUsers[row]], ({ user }) => user),
      items: column(new Int32Array(n), row => baseItems[row], ({ item }) => item),
      values: column(new Float32Array(n), row => weights[row], ({ weight }) => weight),
      valueKind: 'weight',
      ...(timestamps && { timestamps: column(new Float64Array(n), row => timestamps[row], ({ time }) => time) }),
    },
    itemInfo: new Map(base.items.ids.map((id, item): [string, ItemInfo] => [id, base.catalogue[item]])),
    ...(base.userInfo && { userInfo: new Map(base.userInfo.map((info, user): [string, ItemInfo] => [base.users.ids[user], info]).filter(([id]) => numbers.has(id as UserId))) }),
    ...(base.provenance.checksum !== undefined && { checksum: base.provenance.checksum }),
    rowsRead: base.provenance.rowsRead + events.length,
    badRows: base.provenance.badRows + bad,
  }
}

/** When it happened by the client's clock, else when it came: seconds since 1970. */
const timeOf = ({ timestamp, receivedAt }: StoredEvent): number => timestamp ?? receivedAt / 1000

const inOrder = (events: readonly StoredEvent[], byTime: boolean): readonly StoredEvent[] =>
  byTime ? events.toSorted((a, b) => timeOf(a) - timeOf(b) || a.sequence - b.sequence) : events

// Before what has the same time: the base data were there first.
function insert(all: Told[], one: Told): void {
  const at = all.findIndex(({ time }) => time >= one.time)
  all.splice(at < 0 ? all.length : at, 0, one)
}

function merged(all: readonly Told[]): { readonly time: number, readonly weight: number } {
  let weight = 0
  for (const told of all) weight = told.isRating ? told.weight : weight + told.weight
  return { time: all[all.length - 1].time, weight }
}

function tableIn<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key) ?? make()
  map.set(key, known)
  return known
}

// Ids in the order in which they come, and their numbers.
function numbering<Id extends string>(known: readonly Id[]) {
  const ids = [...known]
  const numbers = new Map(ids.map((id, number) => [id as string, number]))
  return {
    ids,
    of(id: Id): number {
      const number = numbers.get(id) ?? ids.push(id) - 1
      numbers.set(id, number)
      return number
    },
  }
}
