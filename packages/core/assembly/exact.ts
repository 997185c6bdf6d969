// The exact solution of a row's normal equations by Cholesky, in whitened coordinates (conjugate-gradient.ts
// has the equations).
//
//   A = D + Σ (c − 1) y' y'ᵀ = Rᵀ R, R upper triangular     b = Σ c y'
import { storeDiagonal } from './diagonal'
import { addGram } from './gram'
import { addLoss, addTargets, holdRow, scaledRows, scoreRow, Work } from './interactions'
import { sumLanes } from './vector'

/** x: float32 [nRows × stride], whitened factors, out only. A row without interactions becomes zero. */
export function solveExact(pointer: usize, nRows: i32, x: usize): void {
  const work = changetype<Work>(pointer)
  for (let row = 0; row < nRows; row++) {
    const xRow = x + <usize>row * work.bytes
    memory.fill(xRow, 0, work.bytes)
    if (!holdRow(work, row)) continue
    addTargets(work, xRow)
    factorizeRow(work)
    solveTriangular(work.matrix, xRow, work.bytes)
    scoreRow(work, xRow)
    addLoss(work)
  }
}

/** A = Rᵀ R; R into work.matrix, its upper triangle. */
export function factorizeRow(work: Work): void {
  const bytes = work.bytes
  const f = <i32>(bytes >> 2)
  memory.fill(work.matrix, 0, bytes * f)
  storeDiagonal(work, work.matrix)
  for (let k = 0; k < work.held; k += work.capacity) {
    const n = min(work.capacity, work.held - k)
    scaledRows(work, k, n)
    addGram(work.block, n, f, work.matrix)
  }
  factorize(work.matrix, bytes)
}

// R over A, right-looking: once row k is known, its outer product leaves the rows below
function factorize(matrix: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 4) {
    const pivotRow = matrix + (k >> 2) * bytes
    const inverse = f32x4.splat(<f32>1 / sqrt<f32>(load<f32>(pivotRow + k)))
    const aligned = k & ~15
    for (let j = aligned; j < bytes; j += 16) v128.store(pivotRow + j, f32x4.mul(inverse, v128.load(pivotRow + j)))
    for (let i = k + 4; i < bytes; i += 4) {
      const row = matrix + (i >> 2) * bytes
      const scale = f32x4.splat(-load<f32>(pivotRow + i))
      for (let j = i & ~15; j < bytes; j += 16) {
        v128.store(row + j, f32x4.add(v128.load(row + j), f32x4.mul(scale, v128.load(pivotRow + j))))
      }
    }
  }
}

/** x ← (Rᵀ R)⁻¹ x */
export function solveTriangular(matrix: usize, x: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 4) {
    const row = matrix + (k >> 2) * bytes
    const value = load<f32>(x + k) / load<f32>(row + k)
    store<f32>(x + k, value)
    let j = k + 4
    for (; j < bytes && (j & 15) != 0; j += 4) store<f32>(x + j, load<f32>(x + j) - value * load<f32>(row + j))
    for (; j < bytes; j += 16) {
      v128.store(x + j, f32x4.sub(v128.load(x + j), f32x4.mul(f32x4.splat(value), v128.load(row + j))))
    }
  }
  for (let k: isize = <isize>bytes - 4; k >= 0; k -= 4) {
    const row = matrix + (<usize>k >> 2) * bytes
    let j = <usize>k + 4
    let sum: f32 = 0
    for (; j < bytes && (j & 15) != 0; j += 4) sum += load<f32>(row + j) * load<f32>(x + j)
    let sums = f32x4.splat(0)
    for (; j < bytes; j += 16) sums = f32x4.add(sums, f32x4.mul(v128.load(row + j), v128.load(x + j)))
    store<f32>(x + <usize>k, (load<f32>(x + <usize>k) - sum - sumLanes(sums)) / load<f32>(row + <usize>k))
  }
}
