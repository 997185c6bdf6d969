// Items as assembly/screen.ts reads them: in panels of eight, longest first, once in whole numbers and once as they are.
// Longest first, because thresholds then rise early, and because from some panel on nothing can matter.
import { placer, strideOf } from './layout.ts'
import { normOf, roundTo, stepFor, upwards } from './whole-numbers.ts'

/** Panels of a tile, whose items share a step and bounds. Also in assembly/screen.ts. */
export const TILE = 16

/** Byte offsets of the items' arrays; Items in assembly/screen.ts has the fields and shapes. */
export interface ItemsLayout {
  readonly factors: number
  readonly nItems: number
  /** Items that can be ranked at all. */
  readonly nPlaces: number
  readonly stride: number
  readonly nPanels: number
  readonly items: number
  readonly panels: number
  readonly rows: number
  readonly order: number
  /** int32 [nItems]: the item's place, −1 for one that is never ranked */
  readonly places: number
  readonly bounds: number
  readonly sizeBytes: number
}

/** Lays out `nItems` items, of which `nPlaces` can be ranked. */
export function layOutItems(nItems: number, nPlaces: number, factors: number): ItemsLayout {
  const stride = strideOf(factors)
  const nPanels = Math.ceil(nPlaces / 8)
  const place = placer()
  const layout = {
    factors, nItems, nPlaces, stride, nPanels,
    items: place(32),
    panels: place(16 * stride * nPanels),
    rows: place(32 * stride * nPanels),
    order: place(32 * nPanels),
    places: place(4 * nItems),
    bounds: place(16 * Math.ceil(nPanels / TILE)),
  }
  return { ...layout, sizeBytes: place(0) }
}

/** Writes the items named by `ranked` into the memory. Returns the greatest norm among them, Infinity where one cannot be bounded. */
export function packItems(layout: ItemsLayout, buffer: ArrayBufferLike, itemFactors: Float32Array, ranked: Int32Array): number {
  const { factors, stride, nPanels } = layout
  const { order, norms } = longestFirst(itemFactors, ranked, factors)
  const rows = new Float32Array(buffer, layout.rows, 8 * nPanels * stride)
  const orderOut = new Int32Array(buffer, layout.order, 8 * nPanels).fill(-1)
  const places = new Int32Array(buffer, layout.places, layout.nItems).fill(-1)
  orderOut.set(order)
  order.forEach((item, place) => {
    places[item] = place
    rows.set(itemFactors.subarray(item * factors, (item + 1) * factors), place * stride)
  })
  const wholes = new Int16Array(buffer, layout.panels, 8 * nPanels * stride)
  const bounds = new Float32Array(buffer, layout.bounds, 4 * Math.ceil(nPanels / TILE))
  const most = norms[0] ?? 0
  const sound = packTiles(layout, rows, norms, wholes, bounds)
  const tiny = (2 * factors + 16) * 1.401298464324817e-45 // of float32's least number, 2⁻¹⁴⁹
  new Uint32Array(buffer, layout.items, 6).set([layout.panels, layout.rows, layout.order, layout.bounds, nPanels, stride])
  new Float32Array(buffer, layout.items + 24, 1)[0] = tiny
  return sound ? most : Infinity
}

function packTiles({ factors, stride, nPlaces }: ItemsLayout, rows: Float32Array, norms: Float64Array, wholes: Int16Array, bounds: Float32Array): boolean {
  const roundoff = 2 * factors / 16_777_216 // 2²⁴; of a sum of `factors` products in float32, as a share of ‖x‖ ‖y‖
  let sound = true
  for (let first = 0; first < nPlaces; first += 8 * TILE) {
    const end = Math.min(first + 8 * TILE, nPlaces)
    let step = 0
    for (let place = first; place < end; place++) step = Math.max(step, stepFor(rows, place * stride, factors, norms[place]))
    if (step === Infinity) {
      sound = false
      continue
    }
    let error = 0
    for (let place = first; place < end; place++) {
      const lane = (place & ~7) * stride + 2 * (place & 7)
      error = Math.max(error, roundTo(step, rows, place * stride, factors, wholes, lane, 16))
    }
    const [spread, longest] = [Math.sqrt(error), norms[first]]
    bounds.set([upwards(spread + roundoff * longest), upwards(longest + spread), 1 / step, upwards((1 + roundoff) * longest)], first / (2 * TILE))
  }
  return sound
}

// A sort of 64-bit numbers: the bits of the norm in float32, reversed, above, the place in `ranked` below. Norms that float32
// cannot tell apart may stand in either order: `upwards` adds more than that.
function longestFirst(itemFactors: Float32Array, ranked: Int32Array, factors: number): { order: Int32Array, norms: Float64Array } {
  const n = ranked.length
  const keys = new BigUint64Array(n)
  const words = new Uint32Array(keys.buffer)
  const [float, bits] = wordsOfFloat()
  const all = Float64Array.from(ranked, item => normOf(itemFactors, item * factors, factors))
  for (let at = 0; at < n; at++) {
    float[0] = all[at]
    words[2 * at + LOW] = at
    words[2 * at + 1 - LOW] = 0xffff_ffff - bits[0]
  }
  keys.sort()
  const order = new Int32Array(n)
  const norms = new Float64Array(n)
  for (let place = 0; place < n; place++) {
    order[place] = ranked[words[2 * place + LOW]]
    norms[place] = all[words[2 * place + LOW]]
  }
  return { order, norms }
}

function wordsOfFloat(): [Float32Array, Uint32Array] {
  const float = new Float32Array(1)
  return [float, new Uint32Array(float.buffer)]
}

// Where the low half of a 64-bit number lies.
const LOW = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1
