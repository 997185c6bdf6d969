// out = rows · M, where M lies in panels of eight columns: panel p holds M[k][8p … 8p + 7] for k = 0, 1, ….
// Each value is the sum over k in rising order, whatever rows are computed beside it, so that one user's
// scores have the same bits alone and in a batch.

/**
 * rows: [nRows × depth], depth = depthBytes / 4. panels: [nPanels][depth][8]. out: row r begins at
 * out + r · outBytes and receives 8 · nPanels values.
 */
export function multiply(rows: usize, nRows: i32, depthBytes: usize, panels: usize, nPanels: i32, out: usize, outBytes: usize): void {
  for (let p = 0; p < nPanels; p++) {
    onePanel(rows, nRows, depthBytes, 0, depthBytes, panels + <usize>p * (depthBytes << 3), out + (<usize>p << 5), outBytes)
  }
}

/** The same for a square M that is triangular: its zeros below (`upper`) or above the diagonal's blocks are not visited. */
export function multiplyTriangular(rows: usize, nRows: i32, depthBytes: usize, panels: usize, out: usize, upper: bool): void {
  for (let column: usize = 0; column < depthBytes; column += 32) {
    const from = upper ? 0 : column
    onePanel(rows, nRows, depthBytes, from, upper ? column + 32 : depthBytes, panels + column * (depthBytes >> 2), out + column, depthBytes)
  }
}

// from, to: bytes of the row, the k that count
function onePanel(rows: usize, nRows: i32, depthBytes: usize, from: usize, to: usize, panel: usize, out: usize, outBytes: usize): void {
  let r = 0
  for (; r + 4 <= nRows; r += 4) fourRows(rows + <usize>r * depthBytes, depthBytes, from, to, panel, out + <usize>r * outBytes, outBytes)
  for (; r < nRows; r++) oneRow(rows + <usize>r * depthBytes, from, to, panel, out + <usize>r * outBytes)
}

function fourRows(x0: usize, depthBytes: usize, from: usize, to: usize, panel: usize, out: usize, outBytes: usize): void {
  const x1 = x0 + depthBytes, x2 = x1 + depthBytes, x3 = x2 + depthBytes
  let a0 = f32x4.splat(0), a1 = f32x4.splat(0), a2 = f32x4.splat(0), a3 = f32x4.splat(0)
  let b0 = f32x4.splat(0), b1 = f32x4.splat(0), b2 = f32x4.splat(0), b3 = f32x4.splat(0)
  for (let k = from; k < to; k += 4) {
    const left = v128.load(panel + (k << 3)), right = v128.load(panel + (k << 3), 16)
    let s = v128.load32_splat(x0 + k)
    a0 = f32x4.add(a0, f32x4.mul(s, left))
    b0 = f32x4.add(b0, f32x4.mul(s, right))
    s = v128.load32_splat(x1 + k)
    a1 = f32x4.add(a1, f32x4.mul(s, left))
    b1 = f32x4.add(b1, f32x4.mul(s, right))
    s = v128.load32_splat(x2 + k)
    a2 = f32x4.add(a2, f32x4.mul(s, left))
    b2 = f32x4.add(b2, f32x4.mul(s, right))
    s = v128.load32_splat(x3 + k)
    a3 = f32x4.add(a3, f32x4.mul(s, left))
    b3 = f32x4.add(b3, f32x4.mul(s, right))
  }
  v128.store(out, a0)
  v128.store(out, b0, 16)
  v128.store(out + outBytes, a1)
  v128.store(out + outBytes, b1, 16)
  v128.store(out + 2 * outBytes, a2)
  v128.store(out + 2 * outBytes, b2, 16)
  v128.store(out + 3 * outBytes, a3)
  v128.store(out + 3 * outBytes, b3, 16)
}

function oneRow(x: usize, from: usize, to: usize, panel: usize, out: usize): void {
  let left = f32x4.splat(0), right = f32x4.splat(0)
  for (let k = from; k < to; k += 4) {
    const s = v128.load32_splat(x + k)
    left = f32x4.add(left, f32x4.mul(s, v128.load(panel + (k << 3))))
    right = f32x4.add(right, f32x4.mul(s, v128.load(panel + (k << 3), 16)))
  }
  v128.store(out, left)
  v128.store(out, right, 16)
}
