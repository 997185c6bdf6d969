// Options: defaults filled in, everything else refused by name and range.
import { describe, expect, test } from 'vitest'
import { MatineeError, type OptionSpecs, resolveOptions, throwIfAborted } from '../../src/base/index.ts'

const specs = {
  factors: { kind: 'integer', default: 64, min: 1, max: 1024, help: 'latent dimensions' },
  alpha: { kind: 'number', default: 40, min: 0, max: 1e6, help: 'confidence' },
  solver: { kind: 'choice', default: 'cg', choices: ['cg', 'cholesky'], help: 'solver' },
} as const satisfies OptionSpecs

const detailOf = (given: Record<string, unknown>): string => {
  try {
    resolveOptions(specs, given)
  } catch (error) {
    if (error instanceof MatineeError && error.code === 'ERR_OPTION') return error.detail
    throw error
  }
  throw new Error('nothing was refused')
}

describe('resolveOptions', () => {
  test('fills in every default', () => {
    expect(resolveOptions(specs, {})).toEqual({ factors: 64, alpha: 40, solver: 'cg' })
  })
  test('takes given values; undefined counts as not given', () => {
    const values = resolveOptions(specs, { factors: 1, alpha: undefined, solver: 'cholesky' })
    expect(values).toEqual({ factors: 1, alpha: 40, solver: 'cholesky' })
  })
  test('both ends of a range are inside', () => {
    expect(resolveOptions(specs, { factors: 1024, alpha: 0 })).toMatchObject({ factors: 1024, alpha: 0 })
  })
  test.each([
    [{ factor: 3 }, 'there is no option "factor"; expected one of factors, alpha, solver.'],
    [{ toString: 3 }, 'there is no option "toString"; expected one of factors, alpha, solver.'],
    [{ factors: 0 }, 'factors is 0, expected an integer from 1 to 1024.'],
    [{ factors: 1.5 }, 'factors is 1.5, expected an integer from 1 to 1024.'],
    [{ factors: '8' }, 'factors is 8, expected an integer from 1 to 1024.'],
    [{ alpha: NaN }, 'alpha is NaN, expected a number from 0 to 1000000.'],
    [{ alpha: Infinity }, 'alpha is Infinity, expected a number from 0 to 1000000.'],
    [{ alpha: -0.1 }, 'alpha is -0.1, expected a number from 0 to 1000000.'],
    [{ alpha: null }, 'alpha is null, expected a number from 0 to 1000000.'],
    [{ solver: 'sgd' }, 'solver is "sgd", expected one of cg, cholesky.'],
    [{ solver: null }, 'solver is null, expected one of cg, cholesky.'],
  ])('%j is refused with the value and what was expected', (given, detail) => {
    expect(detailOf(given)).toBe(detail)
  })
})

test('throwIfAborted throws ERR_ABORTED with the reason only once the signal is aborted', () => {
  const controller = new AbortController()
  throwIfAborted(undefined)
  throwIfAborted(controller.signal)
  controller.abort('enough')
  expect(() => throwIfAborted(controller.signal)).toThrow(expect.objectContaining({ code: 'ERR_ABORTED', cause: 'enough' }))
})

test('an error says its code, its detail and what to do', () => {
  const error = new MatineeError('ERR_SHAPE', 'itemFactors has 96 values, expected 100.')
  expect(error.message).toBe('ERR_SHAPE: itemFactors has 96 values, expected 100.')
  expect(error.action).toMatch(/lengths of the arrays/)
  expect(error).toBeInstanceOf(Error)
})
