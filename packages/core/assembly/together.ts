// Conjugate gradient on many heavy rows at once.
//
// A popular item's users are more factors than a cache holds, and each pass over them would fetch all of them from
// memory again. So the heavy rows of a chunk make each pass together: tile by tile of the opposite side, every row visits
// its interactions with that tile before anybody goes on to the next. A tile is fetched once a pass for all of them.
// Each row's sums are taken in the order in which they would be taken alone.
//
// A row's state: r, d, a as in conjugate-gradient.ts, then r · z, how far the pass has come, d · D d, and Σ g t² in four lanes.
import { negatedTimesDiagonal, overDiagonal, timesDiagonal } from './diagonal'
import { SOLVED, takeStep } from './conjugate-gradient'
import { addImage, addLoss, addResidual, holdRow, Work } from './interactions'
import { dot, sumLanes } from './vector'

const RZ: usize = 0
const CURSOR: usize = 4
const OWN: usize = 8
const CURVATURE: usize = 16
/** Bytes of a row's state after its vectors. */
const SCALARS: usize = 32

/** x: float32 [nRows × stride], as for solveConjugateGradient; every row has interactions. */
export function solveTogether(pointer: usize, nRows: i32, x: usize, steps: i32): void {
  const work = changetype<Work>(pointer)
  for (let row = 0; row < nRows; row++) {
    holdRow(work, row)
    negatedTimesDiagonal(work, x + <usize>row * work.bytes, vectorsOf(work, row))
    store<f32>(scalarsOf(work, row), f32.MAX_VALUE, RZ) // unsolved
    store<usize>(scalarsOf(work, row), 0, CURSOR)
  }
  pass(work, nRows, x, true, false)
  for (let row = 0; row < nRows; row++) {
    take(work, row)
    const r = vectorsOf(work, row)
    const z = overDiagonal(work, r)
    memory.copy(r + work.bytes, z, work.bytes)
    store<f32>(scalarsOf(work, row), dot(r, z, work.bytes), RZ)
  }
  for (let step = 1; step <= steps; step++) {
    for (let row = 0; row < nRows; row++) {
      const d = vectorsOf(work, row) + work.bytes, scalars = scalarsOf(work, row)
      take(work, row)
      timesDiagonal(work, d, d + work.bytes)
      store<f32>(scalars, dot(d, d + work.bytes, work.bytes), OWN)
      store<usize>(scalars, 0, CURSOR)
      v128.store(scalars, f32x4.splat(0), CURVATURE)
    }
    pass(work, nRows, x, false, step == steps)
    for (let row = 0; row < nRows; row++) {
      const scalars = scalarsOf(work, row)
      const rz = load<f32>(scalars, RZ)
      if (rz <= SOLVED) continue
      take(work, row)
      const curvature = load<f32>(scalars, OWN) + sumLanes(v128.load(scalars, CURVATURE))
      store<f32>(scalars, takeStep(work, x + <usize>row * work.bytes, vectorsOf(work, row), rz, curvature, step == steps), RZ)
    }
  }
  for (let row = 0; row < nRows; row++) {
    take(work, row)
    addLoss(work)
  }
}

// One pass of all unsolved rows: `isFirst` for the residual at x, otherwise the image of d, without the vector if `isLast`.
function pass(work: Work, nRows: i32, x: usize, isFirst: bool, isLast: bool): void {
  const bytes = work.bytes
  let border = work.opposite
  for (let unfinished = true; unfinished;) {
    border += work.tile
    unfinished = false
    for (let row = 0; row < nRows; row++) {
      const r = vectorsOf(work, row), scalars = scalarsOf(work, row)
      if (load<f32>(scalars, RZ) <= SOLVED) continue
      take(work, row)
      const from = load<usize>(scalars, CURSOR), end = work.length
      let to = from
      while (to < end && load<usize>(work.rows + to) < border) to += 32
      store<usize>(scalars, to, CURSOR)
      if (to < end) unfinished = true
      if (isFirst) addResidual(work, from, to, x + <usize>row * bytes, r)
      else v128.store(scalars, addImage(work, from, to, r + bytes, isLast ? 0 : r + 2 * bytes, v128.load(scalars, CURVATURE)), CURVATURE)
    }
  }
}

// The row in work again, after holdRow has seen it.
// @ts-ignore: decorator
@inline
function take(work: Work, row: i32): void {
  work.rows = work.entries + (<usize>load<i32>(work.starts + (<usize>row << 2)) << 2)
  work.held = load<i32>(work.lengths + (<usize>row << 2))
}

// @ts-ignore: decorator
@inline
function vectorsOf(work: Work, row: i32): usize {
  return work.states + <usize>row * (3 * work.bytes + SCALARS)
}

// @ts-ignore: decorator
@inline
function scalarsOf(work: Work, row: i32): usize {
  return vectorsOf(work, row) + 3 * work.bytes
}
