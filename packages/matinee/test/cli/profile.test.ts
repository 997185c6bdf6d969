// train --profile: a real run; what is said of time is checked for its arithmetic, never for being quick.
import { beforeAll, describe, expect, test } from 'vitest'
import { COLUMNS, json, matinee, scratchFolder, SMALL, writeEvents } from './help.ts'

const cwd = scratchFolder()
const EVENTS = ['events.csv', ...COLUMNS, ...SMALL, '--k', '3'] as const

interface Phase { name: string, of?: string, iteration?: number, ms: number, flops?: number, gflops?: number, share?: number }
interface Run { metrics: object, timings: Record<string, number>, profile?: { threads: number, peakGflops: number, phases: Phase[] } }

beforeAll(() => writeEvents(cwd))

describe('--profile --json', () => {
  test('names every phase of every iteration in its order, with rates that are operations by time', async () => {
    const { profile } = await json<Run>(['evaluate', ...EVENTS, '--profile'], { cwd })
    const { threads, peakGflops, phases } = profile ?? { threads: 0, peakGflops: 0, phases: [] }
    const iteration = ['whiten items', 'solve users', 'gram users', 'whiten users', 'solve items', 'gram items']
    const labels = phases.map(({ name, of, iteration: number }) => [number ?? '-', name, of].filter(Boolean).join(' '))
    expect(labels).toEqual([
      '- gram items', ...iteration.map(name => `1 ${name}`), ...iteration.map(name => `2 ${name}`), '- gram items', '- whiten items', '- refine users',
    ])
    expect(threads).toBe(1)
    expect(peakGflops).toBeGreaterThan(0)
    for (const { name, ms, flops, gflops, share } of phases) {
      expect(ms).toBeGreaterThanOrEqual(0)
      expect(flops === undefined).toBe(name === 'refine users')
      if (flops === undefined || ms === 0) continue
      expect(gflops).toBeCloseTo(flops / ms / 1e6, 9)
      expect(share).toBeCloseTo(flops / ms / 1e6 / peakGflops, 9)
    }
  })

  test('has the phases of the fit alone, not of a refit, and changes no number', async () => {
    const plain = await json<Run>(['train', ...EVENTS], { cwd })
    const refitted = await json<Run>(['train', ...EVENTS, '--refit', 'all', '--profile'], { cwd })
    expect(plain.profile).toBeUndefined()
    expect(refitted.profile?.phases.filter(({ name }) => name === 'refine users')).toHaveLength(1)
    expect(refitted.metrics).toEqual(plain.metrics)
  })

  test('a model without phases has an empty list', async () => {
    const { profile } = await json<Run>(['evaluate', ...EVENTS.filter(flag => !SMALL.slice(0, 4).includes(flag as never)), '--model', 'popularity', '--profile'], { cwd })
    expect(profile?.phases).toEqual([])
  })
})

describe('--profile for people', () => {
  test('a table of stages that sum to the total, and one with a line an iteration', async () => {
    const { stdout } = await matinee(['evaluate', ...EVENTS, '--profile'], { cwd })
    const cells = stdout.split('\n').filter(line => line.startsWith('│')).map(line => line.split('│').map(cell => cell.trim()).slice(1, -1))
    const ms = Object.fromEntries(cells.filter(([, , share]) => share?.endsWith('%')).map(([stage, time]) => [stage, Number(time.replace(',', ''))]))
    const { total, ...stages } = ms
    expect(Object.keys(stages)).toEqual(['load', 'split', 'prepare', 'fit', 'evaluate', 'all else'])
    expect(Math.abs(Object.values(stages).reduce((sum, one) => sum + one, 0) - total)).toBeLessThanOrEqual(6) // each is rounded
    expect(cells.find(row => row.includes('GFLOP/s'))).toEqual(['', 'gram', 'whiten', 'users', 'items', 'ms', 'GFLOP/s', 'of peak', 'loss'])
    expect(cells.map(([label]) => label)).toEqual(expect.arrayContaining(['1', '2', 'outside']))
  })

  test('of many iterations the first are shown one by one, the others by their median, and it says so', async () => {
    const { stdout } = await matinee(['evaluate', ...EVENTS, '--iterations', '20', '--profile'], { cwd })
    expect(stdout).toMatch(/│ 6–20\* +│/)
    expect(stdout).toContain('--json has all 20')
  })
})
