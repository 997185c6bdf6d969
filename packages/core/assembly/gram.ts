// YᵀY, upper triangle: blocks of rows are summed in float32 in registers, the blocks in float64.

/**
 * sum ← sum + YᵀY of a block of rows: [nRows × stride].
 *
 * sum: float64 [stride × stride], only columns ≥ row are meant. scratch: float32 [stride × stride].
 */
export function gram(rows: usize, nRows: i32, stride: i32, sum: usize, scratch: usize): void {
  const cells = <usize>stride * <usize>stride
  memory.fill(scratch, 0, cells << 2)
  addGram(rows, nRows, stride, scratch)
  for (let c: usize = 0; c < cells; c += 4) {
    const v = v128.load(scratch + (c << 2))
    const to = sum + (c << 3)
    v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(v)))
    const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3))
    v128.store(to, f64x2.add(v128.load(to, 16), high), 16)
  }
}

/** out ← out + YᵀY, upper triangle in float32 [stride × stride], in tiles of 4 × 8 kept in registers. */
export function addGram(rows: usize, nRows: i32, stride: i32, out: usize): void {
  for (let i = 0; i < stride; i += 4) {
    for (let j = i & ~7; j < stride; j += 8) addTile(rows, nRows, <usize>stride << 2, <usize>i << 2, <usize>j << 2, out)
  }
}

// i, j: byte offsets of the tile's first row and column of YᵀY
function addTile(rows: usize, nRows: i32, bytes: usize, i: usize, j: usize, out: usize): void {
  let a0 = f32x4.splat(0), a1 = f32x4.splat(0), a2 = f32x4.splat(0), a3 = f32x4.splat(0)
  let b0 = f32x4.splat(0), b1 = f32x4.splat(0), b2 = f32x4.splat(0), b3 = f32x4.splat(0)
  const end = rows + <usize>nRows * bytes
  for (let y = rows; y < end; y += bytes) {
    const left = v128.load(y + j), right = v128.load(y + j, 16)
    let s = v128.load32_splat(y + i)
    a0 = f32x4.add(a0, f32x4.mul(s, left))
    b0 = f32x4.add(b0, f32x4.mul(s, right))
    s = v128.load32_splat(y + i, 4)
    a1 = f32x4.add(a1, f32x4.mul(s, left))
    b1 = f32x4.add(b1, f32x4.mul(s, right))
    s = v128.load32_splat(y + i, 8)
    a2 = f32x4.add(a2, f32x4.mul(s, left))
    b2 = f32x4.add(b2, f32x4.mul(s, right))
    s = v128.load32_splat(y + i, 12)
    a3 = f32x4.add(a3, f32x4.mul(s, left))
    b3 = f32x4.add(b3, f32x4.mul(s, right))
  }
  const tile = out + (i >> 2) * bytes + j
  addTo(tile, a0, b0)
  addTo(tile + bytes, a1, b1)
  addTo(tile + 2 * bytes, a2, b2)
  addTo(tile + 3 * bytes, a3, b3)
}

// @ts-ignore: decorator
@inline
function addTo(to: usize, left: v128, right: v128): void {
  v128.store(to, f32x4.add(v128.load(to), left))
  v128.store(to, f32x4.add(v128.load(to, 16), right), 16)
}
