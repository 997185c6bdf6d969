// `matinee quickstart` where nothing can be downloaded: made-up data, said so everywhere, and reused the second time.
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import { fails, json, matinee, scratchFolder } from './help.ts'

const cwd = scratchFolder()
const place = { cwd, env: { MATINEE_DATA_DIR: 'data-of-mine' } }
let mirror: string[] = []
const out = ['--out', 'made-up'] as const

// a port of this machine that nobody listens on: it was ours until a moment ago
beforeAll(async () => {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  mirror = ['--mirror', `http://127.0.0.1:${port}/`]
})

interface Answer { version: string, reused: boolean, dataset: string, userId: string, metrics: Record<string, unknown>, recommendations: { itemId: string, title: string }[] }

describe('without MovieLens and without a network', () => {
  test('it goes on with the synthetic set and names it in every output; a second run reuses the version; other commands refuse', async () => {
    // beside it, since both wait between their tries: what is not the quickstart refuses
    const refused = fails(['train', '--dataset', 'ml-100k', ...mirror, '--quiet'], place, { code: 1, error: 'ERR_DOWNLOAD', says: /127\.0\.0\.1/ })
    const first = await matinee(['quickstart', ...mirror, ...out], place)
    await refused
    expect(first.code).toBe(0)
    expect(first.stderr).toContain('could not be downloaded')
    expect(first.stderr).toContain('SYNTHETIC')
    expect(first.stdout).toMatch(/^Trained and saved .*-als in made-up \(synthetic data\)\.$/m)
    expect(first.stdout).toMatch(/^Recommendations for user u42 \(synthetic data\)$/m)
    expect(first.stdout).toContain('Synthetic film')
    expect(first.stderr).toMatch(/matinee recommend --user-id u/)

    const second = await matinee(['quickstart', '--json', ...mirror, ...out], place)
    const { version, reused, dataset, userId, recommendations } = JSON.parse(second.stdout) as Answer
    expect({ reused, dataset, userId }).toEqual({ reused: true, dataset: 'synthetic', userId: 'u42' })
    expect(recommendations).toHaveLength(10)
    expect(first.stdout).toContain(version)
    expect(second.stderr).toContain('SYNTHETIC')

    for (const command of [['recommend', '--user-id', 'u7'], ['similar', '--item-id', 'i1'], ['explain', '--user-id', 'u7', '--item-id', 'i1']]) {
      const argv = [...command, '--artifacts', 'made-up']
      expect(await json(argv, place)).toMatchObject({ version, synthetic: true })
      expect((await matinee(argv, place)).stdout).toContain('(synthetic data)')
    }
    expect(await json<object[]>(['versions', 'list', '--artifacts', 'made-up'], place)).toMatchObject([{ name: version, dataset: 'synthetic' }])
  }, 30_000)
})
