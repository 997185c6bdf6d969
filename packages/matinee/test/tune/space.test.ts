import { describe, expect, test } from 'vitest'
import { allModels, type OptionSpecs } from '@matinee/core'
import { optionsAt, pointOf, spaceOf } from '../../src/tune/space.ts'

const options = {
  factors: { kind: 'integer', default: 64, min: 1, max: 1024, help: '', tune: { min: 16, max: 256, scale: 'log' } },
  shrink: { kind: 'number', default: 0, min: 0, max: 100, help: '', tune: { min: 0, max: 10, scale: 'linear' } },
  scaled: { kind: 'choice', default: 'none', choices: ['none', 'counts', 'ials'], help: '', tune: ['none', 'ials'] },
  iterations: { kind: 'integer', default: 10, min: 1, max: 1000, help: '', tune: { min: 2, max: 20, scale: 'log' } },
  tolerance: { kind: 'number', default: 0.5, min: 0, max: 1, help: '' },
} as const satisfies OptionSpecs
const model = { options, effort: 'iterations' }
const all = { fixed: {}, ranges: {} }

describe('spaceOf', () => {
  test('has what is declared as tunable; the effort becomes steps, each three times the one before', () => {
    const space = spaceOf(model, all)
    expect(space.dimensions.map(({ name }) => name)).toEqual(['factors', 'shrink', 'scaled'])
    expect(space.effort).toEqual({ name: 'iterations', rungs: [2, 6, 20] })
    expect(space.fixed).toEqual({ tolerance: 0.5 })
  })
  test('a value given leaves the option out, an effort too; a range narrows it', () => {
    const space = spaceOf(model, { fixed: { factors: 100, iterations: 7 }, ranges: { shrink: { min: 2, max: 3 } } })
    expect(space.dimensions).toMatchObject([{ name: 'shrink', range: { min: 2, max: 3, scale: 'linear' } }, { name: 'scaled' }])
    expect(space.effort).toBeUndefined()
    expect(space.fixed).toEqual({ factors: 100, iterations: 7, tolerance: 0.5 })
  })
  test.each([
    [{ fixed: { factors: 0 }, ranges: {} }, 'factors is 0'],
    [{ fixed: {}, ranges: { factors: { min: 0, max: 10 } } }, 'factors is 0'],
    [{ fixed: {}, ranges: { factors: { min: 10, max: 10 } } }, 'MIN below MAX'],
    [{ fixed: {}, ranges: { tolerance: { min: 0, max: 1 } } }, 'tolerance is given a range, expected one of factors, shrink, iterations'],
    [{ fixed: { shrink: 1 }, ranges: { shrink: { min: 0, max: 1 } } }, 'expected one of the two'],
  ])('%j is refused', (narrowed, says) => {
    expect(() => spaceOf(model, narrowed)).toThrow(says)
  })
})

describe('optionsAt', () => {
  const space = spaceOf(model, all)
  test('the corners of the cube are the ends of the ranges, its middle lies between by the scale', () => {
    expect(optionsAt(space, [0, 0, 0], 2)).toEqual({ factors: 16, shrink: 0, scaled: 'none', iterations: 2, tolerance: 0.5 })
    expect(optionsAt(space, [1, 1, 0.999], 20)).toEqual({ factors: 256, shrink: 10, scaled: 'ials', iterations: 20, tolerance: 0.5 })
    expect(optionsAt(space, [0.5, 0.5, 0.5])).toMatchObject({ factors: 64, shrink: 5, scaled: 'ials' })
  })
  test('options stand in the order of their declaration, numbers with three digits', () => {
    const at = optionsAt(space, [0.123456, 0.123456, 0])
    expect(Object.keys(at)).toEqual(Object.keys(options))
    expect(at.shrink).toBe(1.23)
  })
  test('pointOf is its inverse up to rounding; options outside lie on the wall', () => {
    const point = pointOf(space, optionsAt(space, [0.5, 0.25, 0.2]))
    expect(optionsAt(space, point)).toEqual(optionsAt(space, [0.5, 0.25, 0.2]))
    expect(pointOf(space, { ...space.defaults, factors: 1024 })[0]).toBe(1)
  })
})

test('every model of the registry has a space', () => {
  for (const definition of Object.values(allModels)) {
    const space = spaceOf(definition, all)
    expect(optionsAt(space, space.dimensions.map(() => 0.5))).toBeTypeOf('object')
  }
})
