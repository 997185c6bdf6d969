// From rows as they arrived to a dataset: one row a (user, item), low ratings and thin users or items left out.
import type { ItemId, ItemIndex, OptionSpecs, UserId, UserIndex } from '../base/index.ts'
import { letGo, MatineeError, resolveOptions } from '../base/index.ts'
import type { ItemInfo } from './catalogue.ts'
import { unknownItem } from './catalogue.ts'
import type { Dataset } from './dataset.ts'
import { IdMap } from './id-map.ts'
import type { Interactions } from './interactions.ts'
import { keepCore } from './k-core.ts'
import { mergeRepeats } from './merge-repeats.ts'

/** Rows as a reader hands them over: checked and indexed, but a (user, item) may come several times. */
export interface RawEvents {
  readonly name: string
  readonly synthetic: boolean
  /** position = user index, in order of first appearance */
  readonly userIds: readonly UserId[]
  /** position = item index, in order of first appearance */
  readonly itemIds: readonly ItemId[]
  /** values ≥ 0; a rating of 0 is left only where `minRating` > 0 removes it */
  readonly interactions: Interactions
  /** Whatever the reader knows of items, by id; ids without interactions are allowed and ignored. */
  readonly itemInfo: ReadonlyMap<string, ItemInfo>
  /** The same of users, for readers that know of them. */
  readonly userInfo?: ReadonlyMap<string, ItemInfo>
  readonly checksum?: string
  readonly rowsRead: number
  readonly badRows: number
}

/** Which rows are left out. */
export interface PrepareOptions {
  /** Rows with a lower rating are left out before anything else; ≥ 0. */
  readonly minRating?: number
  /** Users and items with fewer interactions are removed until none is left; an integer ≥ 1. */
  readonly kCore?: number
}

/** The declarations of `PrepareOptions`. */
export const prepareOptions = {
  minRating: { kind: 'number', default: 0, min: 0, max: 1e9, help: 'Leave out rows with a lower rating, before all else.' },
  kCore: { kind: 'integer', default: 1, min: 1, max: 1e9, help: 'Leave out users and items with fewer interactions, until none is left.' },
} as const satisfies OptionSpecs

/**
 * Makes a dataset of the rows: low ratings out, then repeats merged, then the k-core, then dense indices.
 *
 * The rows keep their order of arrival (a merged one stands where its latest row stood), users and items the
 * order of their raw ids; ids without interactions are dropped. `raw` is not changed, but where no row is left
 * out its columns are shared, not copied. Beside the columns it needs 5 bytes a row, 9 for a k-core.
 *
 * withNew: items that are known and have no row are kept behind the others, for models that place them by what is known.
 * Throws ERR_OPTION (also for minRating > 0 where the events have weights, no ratings), ERR_SHAPE for columns
 * that do not fit together, ERR_EVENT for a value that is not finite, negative, or 0 where minRating does not remove
 * it, ERR_EMPTY when nothing is left.
 */
export function prepareDataset(raw: RawEvents, options: PrepareOptions = {}, withNew = false): Dataset {
  const { minRating, kCore } = resolveOptions(prepareOptions, { ...options })
  const { interactions: rows } = raw
  if (minRating > 0 && rows.valueKind === 'weight') {
    throw new MatineeError('ERR_OPTION', `minRating is ${minRating}, but ${raw.name} has weights and no ratings; expected 0.`)
  }
  checkColumns(raw)
  const lowest = Math.fround(minRating) // as the values are: 4.1 as a float32 is less than 4.1 as a double
  checkValues(rows, lowest > 0)
  const kept = new Uint8Array(rows.users.length).fill(1)
  const belowMinRating = dropLowRatings(rows, lowest, kept)
  const { values, repeated } = mergeRepeats(rows, kept)
  if (values !== rows.values) checkValues({ ...rows, values }, lowest > 0) // a sum may leave the range of float32
  const outsideKCore = kCore > 1 ? keepCore(rows, kept, kCore) : 0
  const counts = { rowsRead: raw.rowsRead, badRows: raw.badRows, belowMinRating, repeated, outsideKCore }
  const nKept = rows.users.length - belowMinRating - repeated - outsideKCore
  if (nKept === 0) throw new MatineeError('ERR_EMPTY', emptyDetail(raw.name, counts))

  const userIndices = denseIndices(rows.users, rows.nUsers, kept)
  const itemIndices = denseIndices(rows.items, rows.nItems, kept)
  const users = new IdMap<UserId, UserIndex>(raw.userIds.filter((_, index) => userIndices[index] >= 0))
  const had = raw.itemIds.filter((_, index) => itemIndices[index] >= 0)
  const items = new IdMap<ItemId, ItemIndex>(withNew ? [...had, ...newItems(raw)] : had)
  const dataset = {
    name: raw.name,
    synthetic: raw.synthetic,
    interactions: {
      nUsers: users.size,
      nItems: items.size,
      users: renumber(keepRows(rows.users, kept, nKept), userIndices, users.size),
      items: renumber(keepRows(rows.items, kept, nKept), itemIndices, items.size),
      values: keepRows(values, kept, nKept),
      valueKind: rows.valueKind,
      ...(rows.timestamps && { timestamps: keepRows(rows.timestamps, kept, nKept) }),
    },
    users,
    items,
    catalogue: items.ids.map(id => raw.itemInfo.get(id) ?? unknownItem),
    ...(raw.userInfo && { userInfo: users.ids.map(id => raw.userInfo?.get(id) ?? unknownItem) }),
    provenance: { ...(raw.checksum !== undefined && { checksum: raw.checksum }), ...counts },
  }
  letGo(kept)
  return dataset
}

function newItems({ itemIds, itemInfo }: RawEvents): ItemId[] {
  const known = new Set<string>(itemIds)
  return [...itemInfo.keys()].filter(id => !known.has(id)) as ItemId[]
}

function checkColumns({ interactions, userIds, itemIds }: RawEvents): void {
  const { users, items, values, timestamps, nUsers, nItems } = interactions
  const n = users.length
  for (const [name, column] of Object.entries({ items, values, timestamps })) {
    if (column && column.length !== n) throw new MatineeError('ERR_SHAPE', `${name} has ${column.length} rows, expected ${n} as in users.`)
  }
  if (userIds.length !== nUsers) throw new MatineeError('ERR_SHAPE', `there are ${userIds.length} userIds, expected nUsers = ${nUsers}.`)
  if (itemIds.length !== nItems) throw new MatineeError('ERR_SHAPE', `there are ${itemIds.length} itemIds, expected nItems = ${nItems}.`)
  for (let row = 0; row < n; row++) {
    if (!(users[row] >= 0 && users[row] < nUsers)) throw outside('user', row, users[row], nUsers)
    if (!(items[row] >= 0 && items[row] < nItems)) throw outside('item', row, items[row], nItems)
    if (timestamps && !Number.isFinite(timestamps[row])) {
      throw new MatineeError('ERR_EVENT', `the timestamp of row ${row} is ${timestamps[row]}, expected a finite number of seconds.`)
    }
  }
}

const outside = (side: string, row: number, index: number, size: number): MatineeError =>
  new MatineeError('ERR_SHAPE', `the ${side} index of row ${row} is ${index}, expected an integer from 0 to ${size - 1}.`)

function dropLowRatings({ values }: Interactions, lowest: number, kept: Uint8Array): number {
  let dropped = 0
  for (let row = 0; row < values.length; row++) {
    if (values[row] < lowest) {
      kept[row] = 0
      dropped++
    }
  }
  return dropped
}

function checkValues({ values, valueKind }: Interactions, mayBeZero: boolean): void {
  for (let row = 0; row < values.length; row++) {
    const value = values[row]
    if ((value > 0 && value < Infinity) || (mayBeZero && value === 0)) continue
    throw new MatineeError('ERR_EVENT', `the ${valueKind} of row ${row} is ${value}, expected a finite number > 0.`)
  }
}

function emptyDetail(name: string, counts: Dataset['provenance']): string {
  const { rowsRead, badRows, belowMinRating, outsideKCore } = counts
  return `no interaction of ${name} is left: ${rowsRead} rows read, ${badRows} bad, ${belowMinRating} below the lowest rating, `
    + `${outsideKCore} outside the k-core; expected at least 1.`
}

/** [nKeys]: the new index of every key that still has a row, −1 for the others. */
function denseIndices(keys: Int32Array, nKeys: number, kept: Uint8Array): Int32Array {
  const indices = new Int32Array(nKeys).fill(-1)
  for (let row = 0; row < keys.length; row++) if (kept[row]) indices[keys[row]] = 0
  let next = 0
  for (let key = 0; key < nKeys; key++) if (indices[key] === 0) indices[key] = next++
  return indices
}

function keepRows<Column extends Int32Array | Float32Array | Uint32Array | Float64Array>(column: Column, kept: Uint8Array, nKept: number): Column {
  if (nKept === column.length) return column
  const result = new (column.constructor as new (length: number) => Column)(nKept)
  let to = 0
  for (let row = 0; row < column.length; row++) if (kept[row]) result[to++] = column[row]
  return result
}

function renumber(keys: Int32Array, indices: Int32Array, size: number): Int32Array {
  return size === indices.length ? keys : keys.map(key => indices[key])
}
