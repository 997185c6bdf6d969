// The numbers on the real MovieLens 100K, and the titles that go with them.
import { cpSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { json, matinee, scratchFolder } from './help.ts'

const dataDir = process.env.MATINEE_DATA_DIR
const cwd = scratchFolder()
const place = { cwd, env: { MATINEE_DATA_DIR: resolve(dataDir ?? '.') } }

interface Run { metrics: Record<string, number>, baselines: Record<string, Record<string, number>>, protocol: Record<string, unknown> }
interface Answer { version: string, reused: boolean, dataset: string, recommendations: { title: string }[] }

describe.skipIf(!dataDir)('MovieLens 100K (skipped: no MATINEE_DATA_DIR with ml-100k/ in it)', () => {
  test('train --ties file: als reaches recall@10 .125 and NDCG@10 .06, popularity is .0859 and .0439', async () => {
    const { metrics, baselines, protocol } = await json<Run>(['train', '--dataset', 'ml-100k', '--ties', 'file', '--out', 'file'], place)
    expect(metrics['recall@10']).toBeGreaterThanOrEqual(0.125)
    expect(metrics['ndcg@10']).toBeGreaterThanOrEqual(0.06)
    expect(Math.abs(baselines.popularity['recall@10'] - 0.0859)).toBeLessThan(0.0005)
    expect(Math.abs(baselines.popularity['ndcg@10'] - 0.0439)).toBeLessThan(0.0005)
    expect(baselines.random['recall@10']).toBeLessThan(0.02)
    expect(protocol).toMatchObject({ ties: 'file', usersCounted: 943, usersDecidedByTies: 415 })
  }, 60_000)

  test('quickstart trains, then reuses its version until something changes', async () => {
    const first = await json<Answer>(['quickstart'], place)
    expect(first).toMatchObject({ reused: false, dataset: 'ml-100k' })
    expect(first.recommendations).toHaveLength(10)
    for (const { title } of first.recommendations) expect(title).toMatch(/ \((19\d\d)\)( |$)/)
    const second = await json<Answer>(['quickstart'], place)
    expect(second).toEqual({ ...first, reused: true })
  }, 60_000)

  test('a relative MATINEE_DATA_DIR counts from where the command was started', async () => {
    cpSync(join(place.env.MATINEE_DATA_DIR, 'ml-100k'), join(cwd, 'here', 'ml-100k'), { recursive: true })
    const known = await json<{ name: string, folder: string | null }[]>(['datasets'], { cwd, env: { MATINEE_DATA_DIR: 'here' } })
    expect(known.find(({ name }) => name === 'ml-100k')?.folder).toBe(join(cwd, 'here', 'ml-100k'))
  })

  test('titles keep their accents', async () => {
    const { stdout } = await matinee(['recommend', '--user-id', '42', '--n', '1682', '--include-seen', '--json'], place)
    expect(stdout).toContain('Misérables, Les (1995)')
  })
})
