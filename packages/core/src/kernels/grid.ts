// The order of stochastic gradient descent: a grid of user blocks × item blocks that depends on the data alone, never on
// threads. In round r, user block a meets item block (a + r) mod n: blocks worked on at once share neither users nor items.
import { seededRandom } from '../base/index.ts'
import { rowLength, type Csr } from '../sparse/index.ts'

/** Blocks of either side at most, and the bytes of a block's bit matrix (liked or not) from which there are more than FEW. */
const MOST = 64
const FEW = 8
const LIKED_BYTES = 2 ** 20
/** Items of a block at least: negatives come from among them. */
const LEAST_ITEMS = 64

export interface Grid {
  /** Blocks of users, of items, and rounds of an epoch: a power of two. */
  readonly n: number
  /** [n + 1], the first user of each block; blocks have about equally many interactions. */
  readonly userStarts: Uint32Array
  /** [items with interactions], most interactions first. */
  readonly byPopularity: Int32Array
}

/** The items of an epoch's blocks. */
export interface Deal {
  /** [n + 1], where each block begins in `items`. */
  readonly starts: Uint32Array
  /** [items with interactions] */
  readonly items: Int32Array
  /** [nItems], the block of each item; 0 for one without interactions. */
  readonly blockOf: Uint8Array
  /** [nItems], its place within the block. */
  readonly placeOf: Uint32Array
}

/** byUser: the interactions; byItem: their transpose. */
export function gridOf(byUser: Csr, byItem: Csr): Grid {
  const byPopularity = Int32Array.from({ length: byItem.nRows }, (_, item) => item).filter(item => rowLength(byItem, item) > 0)
    .sort((a, b) => rowLength(byItem, b) - rowLength(byItem, a) || a - b)
  let n = 1
  const likedBytes = (): number => byUser.nRows / n * (byPopularity.length / n) / 8
  while (n < MOST && byPopularity.length >= 2 * n * LEAST_ITEMS && (n < FEW || likedBytes() > LIKED_BYTES)) n *= 2
  const userStarts = new Uint32Array(n + 1)
  const all = byUser.indices.length
  for (let user = 0, block = 1; block <= n; block++) {
    while (user < byUser.nRows && byUser.indptr[user] < block / n * all) user++
    userStarts[block] = block === n ? byUser.nRows : user
  }
  return { n, userStarts, byPopularity }
}

/**
 * Deals the items to blocks anew for an epoch: of each n neighbours in popularity, one to each block. So a block's items are a
 * sample of all, and any two items meet in some epoch: the neighbourhoods begin somewhere else each time.
 */
export function deal({ n, byPopularity }: Grid, nItems: number, seed: number, epoch: number): Deal {
  const { below } = seededRandom(seed, epoch)
  const blockOf = new Uint8Array(nItems)
  const placeOf = new Uint32Array(nItems)
  const blocks = Uint8Array.from({ length: n }, (_, block) => block)
  const lengths = new Uint32Array(n)
  let left = 1 + below(n)
  for (const item of byPopularity) {
    const drawn = below(left--)
    const block = blocks[drawn]
    blocks[drawn] = blocks[left]
    blocks[left] = block
    if (left === 0) left = n
    blockOf[item] = block
    placeOf[item] = lengths[block]++
  }
  const starts = new Uint32Array(n + 1)
  for (let block = 0; block < n; block++) starts[block + 1] = starts[block] + lengths[block]
  const items = new Int32Array(byPopularity.length)
  for (const item of byPopularity) items[starts[blockOf[item]] + placeOf[item]] = item
  return { starts, items, blockOf, placeOf }
}

/** The most items that one block can be dealt. */
export const mostItemsOf = ({ n, byPopularity }: Grid): number => Math.min(byPopularity.length, Math.ceil(byPopularity.length / n) + 1)

/** [4] the state of sfc32 (base/random.ts) with which a block begins. */
export function blockState(seed: number, epoch: number, round: number, userBlock: number): Int32Array {
  const { uint32 } = seededRandom(seed, epoch, round, userBlock)
  return Int32Array.of(uint32(), uint32(), uint32(), 1)
}

/** The item block that a user block meets. */
export const itemBlockOf = ({ n }: Grid, round: number, userBlock: number): number => (userBlock + round) % n
