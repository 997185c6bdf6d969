// The rows of one side, cut into pieces of work. Depends on the data and the number of factors only.
import type { Csr } from '../../sparse/index.ts'

/** Rows of a chunk at most, so that a thread's share of scratch is small. */
const CHUNK_ROWS = 64
/** A chunk is full once its interactions and rows cost this much. */
const CHUNK_COST = 2048
/** What a row costs besides its interactions (transforming it there and back), in interactions. */
const ROW_COST = 16
/** A row is heavy when the factors of its interactions have this many bytes: what a core's second cache keeps between passes. */
const HEAVY_BYTES = 256 * 1024
/** Heavy rows of a chunk at most, and their interactions at most: a share of all, so that there is work for every thread. */
const TOGETHER_ROWS = 512
const TOGETHER_ENTRIES = 2_000_000
const TOGETHER_SHARE = 32
/** Where the opposite side's factors are gathered: bytes of those that heavy rows of a chunk meet, at most, unless one row meets more. */
const GATHERED_BYTES = 64 * 1024 * 1024

/** In the order in which they are handed out: heavy rows first, then the costliest, so that no thread is left with one at the end. */
export interface Chunks {
  /** The first so many chunks hold heavy rows, which are solved together (assembly/together.ts). */
  readonly nTogether: number
  /** [chunks] of rows solved together: where they begin in `heavy`; of the others, which are neighbours: the first row. */
  readonly first: Uint32Array
  /** [chunks] */
  readonly nRows: Uint32Array
  /** The heavy rows, heaviest first. */
  readonly heavy: Uint32Array
}

/** Bytes of the opposite side that heavy rows go over at a time: they stay in a core's second cache. */
export const TILE_BYTES = 256 * 1024

/** Entries that a row takes where rows are padded to a multiple of eight. */
export const paddedLength = (nEntries: number): number => (nEntries + 7) & ~7

/** rowBytes: of one row of the opposite side's factors. isGathered: whether they are copied together for each chunk. */
export function cutIntoChunks(matrix: Csr, rowBytes: number, isGathered: boolean): Chunks {
  const { nRows, indptr } = matrix
  const length = (row: number): number => indptr[row + 1] - indptr[row]
  const isHeavy = (row: number): boolean => length(row) * rowBytes >= HEAVY_BYTES
  // the heaviest side by side: the more of a tile each row meets, the more a visit is worth
  const heavy = Uint32Array.from({ length: nRows }, (_, row) => row).filter(isHeavy).sort((a, b) => length(b) - length(a) || a - b)
  const most = Math.min(TOGETHER_ENTRIES, indptr[nRows] / TOGETHER_SHARE, isGathered ? GATHERED_BYTES / rowBytes : Infinity)
  const together = runs(heavy.length, TOGETHER_ROWS, most, at => length(heavy[at]))
  const apart = runs(nRows, CHUNK_ROWS, CHUNK_COST, row => isHeavy(row) ? undefined : length(row) + ROW_COST)
  const chunks = [...together.sort(costliestFirst), ...apart.sort(costliestFirst)]
  return {
    nTogether: together.length,
    first: Uint32Array.from(chunks, ({ first }) => first),
    nRows: Uint32Array.from(chunks, ({ n }) => n),
    heavy,
  }
}

interface Run {
  readonly first: number
  n: number
  cost: number
}

const costliestFirst = (a: Run, b: Run): number => b.cost - a.cost || a.first - b.first

// Neighbours together until they cost more than `most` or are `mostRows`; one that costs undefined is left out and ends a run.
function runs(length: number, mostRows: number, most: number, costOf: (at: number) => number | undefined): Run[] {
  const all: Run[] = []
  let run: Run | undefined
  for (let at = 0; at < length; at++) {
    const cost = costOf(at)
    if (cost === undefined) {
      run = undefined
    } else if (run && run.n < mostRows && run.cost + cost <= most) {
      run.n++
      run.cost += cost
    } else {
      run = { first: at, n: 1, cost }
      all.push(run)
    }
  }
  return all
}

/** What the largest chunks of a side need in a thread's scratch. */
export interface ScratchNeed {
  /** Interactions of a chunk whose rows are solved one after the other. */
  readonly apart: number
  /** Padded entries of the rows in work: of all of a chunk solved together, of one row otherwise. */
  readonly entries: number
  readonly rows: number
  /** Rows solved together. */
  readonly together: number
  /** Rows of the opposite side that a chunk meets. */
  readonly met: number
}

export function scratchNeed({ indptr, nColumns }: Csr, { nTogether, first, nRows, heavy }: Chunks): ScratchNeed {
  const need = { apart: 0, entries: 0, rows: 0, together: 0, met: 0 }
  for (let chunk = 0; chunk < first.length; chunk++) {
    const n = nRows[chunk]
    need.rows = Math.max(need.rows, n)
    if (chunk < nTogether) {
      let entries = 0
      for (const row of heavy.subarray(first[chunk], first[chunk] + n)) entries += paddedLength(indptr[row + 1] - indptr[row])
      need.entries = Math.max(need.entries, entries)
      need.together = Math.max(need.together, n)
    } else {
      need.apart = Math.max(need.apart, indptr[first[chunk] + n] - indptr[first[chunk]])
      for (let row = first[chunk]; row < first[chunk] + n; row++) need.entries = Math.max(need.entries, paddedLength(indptr[row + 1] - indptr[row]))
    }
  }
  need.met = Math.min(nColumns, Math.max(need.apart, need.entries))
  return need
}
