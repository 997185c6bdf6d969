// Products of square tiles, 128 × 128 float32: what a dense inverse consists of (src/kernels/wasm/inverse-thread.ts).
//
// A tile is row-major, or in 16 panels of eight columns: panel p holds M[k][8p … 8p + 7] for k = 0, 1, ….
const SIDE: usize = 128
const ROW_BYTES: usize = SIDE << 2
const PANEL_BYTES: usize = SIDE << 5

/** C ← C − A M. a, c: row-major; m: in panels. A value's products are summed over k in rising order before they are taken off. */
export function subtractProduct(a: usize, m: usize, c: usize): void {
  for (let p: usize = 0; p < SIDE >> 3; p++) {
    const panel = m + p * PANEL_BYTES
    for (let i: usize = 0; i < SIDE; i += 4) fourRows(a + i * ROW_BYTES, panel, c + i * ROW_BYTES + (p << 5))
  }
}

function fourRows(x0: usize, panel: usize, out: usize): void {
  let a0 = f32x4.splat(0), a1 = f32x4.splat(0), a2 = f32x4.splat(0), a3 = f32x4.splat(0)
  let b0 = f32x4.splat(0), b1 = f32x4.splat(0), b2 = f32x4.splat(0), b3 = f32x4.splat(0)
  for (let k: usize = 0; k < ROW_BYTES; k += 4) {
    const left = v128.load(panel + (k << 3)), right = v128.load(panel + (k << 3), 16)
    let s = v128.load32_splat(x0 + k)
    a0 = f32x4.add(a0, f32x4.mul(s, left))
    b0 = f32x4.add(b0, f32x4.mul(s, right))
    s = v128.load32_splat(x0 + k, 512)
    a1 = f32x4.add(a1, f32x4.mul(s, left))
    b1 = f32x4.add(b1, f32x4.mul(s, right))
    s = v128.load32_splat(x0 + k, 1024)
    a2 = f32x4.add(a2, f32x4.mul(s, left))
    b2 = f32x4.add(b2, f32x4.mul(s, right))
    s = v128.load32_splat(x0 + k, 1536)
    a3 = f32x4.add(a3, f32x4.mul(s, left))
    b3 = f32x4.add(b3, f32x4.mul(s, right))
  }
  takeOff(out, a0, b0)
  takeOff(out + ROW_BYTES, a1, b1)
  takeOff(out + 2 * ROW_BYTES, a2, b2)
  takeOff(out + 3 * ROW_BYTES, a3, b3)
}

function takeOff(out: usize, left: v128, right: v128): void {
  v128.store(out, f32x4.sub(v128.load(out), left))
  v128.store(out, f32x4.sub(v128.load(out, 16), right), 16)
}

/** panels ← the transpose of a row-major tile, in panels. */
export function packTransposed(tile: usize, panels: usize): void {
  for (let i: usize = 0; i < SIDE; i++) {
    let to = panels + (i >> 3) * PANEL_BYTES + ((i & 7) << 2)
    for (let from = tile + i * ROW_BYTES, end = from + ROW_BYTES; from < end; from += 4, to += 32) store<f32>(to, load<f32>(from))
  }
}

/** out ← the transpose, both row-major. */
export function transposeTile(tile: usize, out: usize): void {
  for (let i: usize = 0; i < SIDE; i++) {
    let to = out + (i << 2)
    for (let from = tile + i * ROW_BYTES, end = from + ROW_BYTES; from < end; from += 4, to += ROW_BYTES) store<f32>(to, load<f32>(from))
  }
}
