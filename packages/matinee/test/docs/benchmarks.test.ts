// The benchmark's own arithmetic, and that the committed results are what their runs say.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { flopsPerIteration } from '../../../../bench/harness/flops.ts'
import { logLogSlope, median, quantile, ratios } from '../../../../bench/harness/statistics.ts'
import { readFlags } from '../../../../bench/harness/flags.ts'
import { measurements } from '../../../../bench/measurements/registry.ts'
import type { ResultsDocument } from '../../../../bench/report/newest.ts'
import { read, root } from './documents.ts'

const results = readdirSync(join(root, 'bench/results')).filter(name => name.endsWith('.json'))

describe('statistics', () => {
  test('a quantile lies between its neighbours in proportion', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 3])).toBe(2.5)
    expect(quantile([10, 20, 30, 40, 50], 0.25)).toBe(20)
    expect(quantile([0, 1], 0.9)).toBeCloseTo(0.9)
  })

  test('the ratio of medians and the median of the pairs\' ratios are two things', () => {
    expect(ratios([1, 2, 4], [4, 4, 4])).toEqual({ ofMedians: 2, medianOfPairs: 2 })
    expect(ratios([1, 2, 3], [3, 2, 2])).toEqual({ ofMedians: 1, medianOfPairs: 1 })
    expect(ratios([1, 10], [3, 10])).toEqual({ ofMedians: 1.1818, medianOfPairs: 2 })
  })

  test('the slope of a power law is its exponent', () => {
    expect(logLogSlope([[1, 3], [10, 3 * 10 ** 1.5], [100, 3000]])).toBe(1.5)
  })
})

test('the flops of cg and of cholesky, counted by hand for one user, one item, one interaction, one factor', () => {
  // a half: gram 2, whitening 2 + 2/3; cg 2 · 2 to and fro and 4 · 2 + 2; cholesky 2 back, 2 + 5 an interaction, 1/3 + 2
  const shape = { nUsers: 1, nItems: 1, interactions: 1 }
  expect(flopsPerIteration(shape, 1, 'cg', 2)).toBeCloseTo(2 * (2 + 2 + 2 / 3 + 4 + 10))
  expect(flopsPerIteration(shape, 1, 'cholesky', 0)).toBeCloseTo(2 * (2 + 2 + 2 / 3 + 2 + 7 + 1 / 3 + 2))
})

describe('flags', () => {
  test('a prefix chooses measurements; what is unknown is refused with what was expected', () => {
    expect(readFlags(['--only', 'als,top-k']).names).toEqual(['als-iteration', 'top-k'])
    expect(readFlags([]).names).toEqual(Object.keys(measurements))
    expect(() => readFlags(['--only', 'nothing'])).toThrow(/no measurement "nothing"; expected als-iteration/)
    expect(() => readFlags(['--data', 'ml-7m'])).toThrow(/no set "ml-7m"; expected ml-100k/)
    expect(() => readFlags(['--threads', '0'])).toThrow(/--threads is "0", expected an integer from 1/)
    expect(readFlags(['--peers', '--beside', 'implicit,buffalo']).choice.beside).toEqual(['implicit', 'buffalo'])
    expect(readFlags([]).choice.beside).toBeUndefined()
    expect(() => readFlags(['--beside', 'implicit'])).toThrow(/measured by `npm run bench:peers` alone/)
    expect(() => readFlags(['--peers', '--beside', 'spark'])).toThrow(/no peer "spark"; expected implicit, irspack, buffalo/)
    expect(() => readFlags(['--peers', '--beside', 'lightfm'])).toThrow(/no peer "lightfm"; expected implicit, irspack, buffalo/)
    expect(readFlags(['--peers', '--beside', 'implicit']).choice.beside).toEqual(['implicit'])
    expect(readFlags(['--peers']).choice.beside).toEqual(['implicit', 'irspack', 'buffalo', 'lightfm-next', 'fastapi'])
    expect(readFlags([]).choice.beside).toBeUndefined()
  })

  test('models and trials are chosen by name and number', () => {
    expect(readFlags(['--models', 'als,item-knn', '--trials', '3']).choice).toMatchObject({ models: ['als', 'item-knn'], trials: 3 })
    expect(() => readFlags(['--models', 'ease'])).toThrow(/no model "ease" with a peer; expected als, bpr, item-knn, warp, lightfm/)
    expect(() => readFlags(['--trials', '0'])).toThrow(/--trials is "0", expected an integer from 1/)
  })
})

describe.each(results)('bench/results/%s', name => {
  const document = JSON.parse(read(`bench/results/${name}`)) as ResultsDocument

  test('names machine, commit, data and peers, in fields that bench/README.md explains', () => {
    const explained = read('bench/README.md')
    const fields = [...Object.keys(document), ...document.results.flatMap(result => Object.keys(result))]
    expect([...new Set(fields)].filter(field => !explained.includes(`\`${field}\``))).toEqual([])
    expect(document.schema).toBe(1)
    expect(document.machine.cpu).not.toBe('')
    for (const result of document.results) expect(Object.keys(measurements)).toContain(result.measurement)
  })

  test('every median and ratio is that of its runs', () => {
    for (const { ours, theirs, case: which } of document.results) {
      expect(Math.abs(ours.median / median(ours.runs) - 1), JSON.stringify(which)).toBeLessThan(1e-4)
      for (const one of Object.values(theirs)) {
        expect(one.runs).toHaveLength(ours.runs.length)
        const { ofMedians, medianOfPairs } = ratios(ours.runs, one.runs)
        expect(Math.abs(one.ratioOfMedians / ofMedians - 1)).toBeLessThan(1e-3)
        expect(Math.abs(one.medianRatio / medianOfPairs - 1)).toBeLessThan(1e-3)
      }
    }
  })
})
