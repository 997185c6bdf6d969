// The main job at the shape of MovieLens 20M, on made-up data; some minutes and some GB.
import { availableParallelism, tmpdir } from 'node:os'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { prepareDataset, synthetic, type Dataset } from '@matinee/core'
import { expect, test } from 'vitest'
import { run, runConfig } from '../../src/experiment/index.ts'
import { readVersion, withLock } from '../../src/shelf/index.ts'

test('20 million interactions of 138,493 users with 26,744 items are split, fitted, measured and saved', async () => {
  const load = async (): Promise<Dataset> => prepareDataset(synthetic({ users: 138_493, items: 26_744, interactions: 20_000_000 }))
  const dir = await mkdtemp(join(tmpdir(), 'matinee-soak-'))
  try {
    const context = { threads: availableParallelism(), availableBytes: () => process.availableMemory(), software: { matinee: 'soak' }, now: new Date() }
    const config = runConfig({}, { factors: 32, iterations: 4 })
    const result = await withLock(dir, 'soak', lock => run(load, config, context, { dir, lock }))
    console.log(result.timings, `${(process.resourceUsage().maxRSS / 2 ** 20).toFixed(1)} GiB`, result.metrics['recall@10'])
    expect(result.metrics.protocol.usersCounted).toBe(138_493)
    expect(result.metrics['recall@10']).toBeGreaterThan(Number(result.metrics.baselines.popularity['recall@10']))
    expect((await readVersion(dir)).version).toBe(result.version)
  } finally {
    await rm(dir, { recursive: true })
  }
})
