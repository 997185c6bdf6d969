// The counts of flops.ts against a program that does the arithmetic in plain loops and counts as it goes.
import { expect, test } from 'vitest'
import { gramFlops, solveFlops, whitenFlops } from '../../src/kernels/index.ts'

const [f, rows, held] = [6, 4, 5]
const lengths = [3, 1, 5, 2] // interactions of each row
const interactions = lengths.reduce((sum, length) => sum + length, 0)

/** Counts a multiplication and an addition for every visit. */
function counter() {
  let flops = 0
  return {
    multiplyAdd: (times: number): void => { for (let time = 0; time < times; time++) flops += 2 },
    multiply: (times: number): void => { for (let time = 0; time < times; time++) flops++ },
    total: () => flops,
  }
}
type Counter = ReturnType<typeof counter>

// one row times a triangle
function triangular({ multiplyAdd }: Counter): void {
  for (let i = 0; i < f; i++) for (let j = i; j < f; j++) multiplyAdd(1)
}

test('the gram matrix: the upper triangle of every row\'s square', () => {
  const count = counter()
  for (let row = 0; row < held; row++) triangular(count)
  expect(gramFlops(f, held)).toBe(count.total())
})

test('whitening: a triangle a row, and L and its inverse to leading order', () => {
  const count = counter()
  for (let row = 0; row < held; row++) triangular(count)
  expect(whitenFlops(f, held) - 2 / 3 * f ** 3).toBeCloseTo(count.total(), 9)
})

test('rotating: a square a row there and back, and the reflections of A and of Q to leading order', () => {
  const count = counter()
  for (let row = 0; row < held; row++) for (let i = 0; i < f; i++) for (let j = 0; j < f; j++) count.multiplyAdd(1)
  expect(whitenFlops(f, held, true) - 8 / 3 * f ** 3).toBeCloseTo(count.total(), 9)
  const more = solveFlops(f, held, interactions, { kind: 'cg', steps: 2 }, true) ?? 0
  expect(more - (solveFlops(f, 0, interactions, { kind: 'cg', steps: 2 }) ?? 0)).toBe(2 * count.total())
})

test.each([1, 2, 3])('cg with %i steps: a residual, the steps, of the last only the dot products', steps => {
  const count = counter()
  for (const length of lengths) {
    triangular(count) // into whitened coordinates
    for (let interaction = 0; interaction < length; interaction++) {
      count.multiplyAdd(f) // score
      count.multiplyAdd(f) // into the residual
    }
    for (let step = 1; step <= steps; step++) {
      for (let interaction = 0; interaction < length; interaction++) {
        count.multiplyAdd(f) // y · d
        if (step < steps) count.multiplyAdd(f) // into A d
      }
    }
    triangular(count) // and back
  }
  expect(solveFlops(f, rows, interactions, { kind: 'cg', steps })).toBe(count.total())
})

test('cholesky: A from scaled rows, R to leading order, two triangular solves, scores, and back', () => {
  const count = counter()
  for (const length of lengths) {
    for (let interaction = 0; interaction < length; interaction++) {
      count.multiplyAdd(f) // Σ c y
      count.multiply(f) // √g y
      triangular(count)
      count.multiplyAdd(f) // score
    }
    for (let i = 0; i < f; i++) for (let j = 0; j < f; j++) count.multiplyAdd(1) // two triangles
    triangular(count)
  }
  const leading = rows * f ** 3 / 3
  expect(solveFlops(f, rows, interactions, { kind: 'cholesky' })).toBeCloseTo(count.total() + leading, 9)
})

test('the refined solve takes as many steps as the data ask for: no count', () => {
  expect(solveFlops(f, rows, interactions, { kind: 'refined' })).toBeUndefined()
})
