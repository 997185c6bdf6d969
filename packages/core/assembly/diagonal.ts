// What a row's matrix has besides its interactions, D in D + Σ (c − 1) y yᵀ: the identity in whitened coordinates. Where rows
// have λ of their own the coordinates are rotated, y' = Qᵀ y with YᵀY + λI = Q diag(e) Qᵀ, and D = diag(e) + what the row's λ
// is above that of all. D is the preconditioner too. docs/math/als.md
import { Work } from './interactions'
import { negate } from './vector'

/** out ← D x */
export function timesDiagonal(work: Work, x: usize, out: usize): void {
  if (work.spectrum == 0) {
    memory.copy(out, x, work.bytes)
    return
  }
  for (let o: usize = 0; o < work.bytes; o += 16) v128.store(out + o, f32x4.mul(diagonal(work, o), v128.load(x + o)))
}

/** out ← −D x */
export function negatedTimesDiagonal(work: Work, x: usize, out: usize): void {
  timesDiagonal(work, x, out)
  negate(out, out, work.bytes)
}

/** D⁻¹ r: r itself, or in the last of work.vectors. */
export function overDiagonal(work: Work, r: usize): usize {
  if (work.spectrum == 0) return r
  const out = work.vectors + 5 * work.bytes
  for (let o: usize = 0; o < work.bytes; o += 16) v128.store(out + o, f32x4.div(v128.load(r + o), diagonal(work, o)))
  return out
}

/** D into the diagonal of a matrix that is zero, float32 [stride × stride]. */
export function storeDiagonal(work: Work, matrix: usize): void {
  for (let o: usize = 0; o < work.bytes; o += 4) {
    store<f32>(matrix + (o >> 2) * (work.bytes + 4), work.spectrum == 0 ? 1 : load<f32>(work.spectrum + o) + <f32>work.ridge)
  }
}

// @ts-ignore: decorator
@inline
function diagonal(work: Work, o: usize): v128 {
  return f32x4.add(v128.load(work.spectrum + o), f32x4.splat(<f32>work.ridge))
}
