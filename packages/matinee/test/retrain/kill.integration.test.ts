// kill -9 during an erasure, again and again: the live version always loads, and the next erasure ends what was begun.
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { seededRandom } from '@matinee/core'
import { expect, test } from 'vitest'
import { open } from '../../src/folders.ts'
import { eraseFromVersions } from '../../src/retrain/index.ts'
import { listVersions, readCurrent } from '../../src/shelf/index.ts'
import { start } from '../shelf/help.ts'
import { filesWith, temporaryFolder, trainedVersion } from './help.ts'

const N_KILLS = 30
const user = 'person-9-§'
const child = fileURLToPath(new URL('./erase-child.ts', import.meta.url))
const flags = ['--conditions=matinee-source', ...(process.features.typescript ? [] : ['--experimental-strip-types'])]

test(`${N_KILLS} kills while a user is erased from three versions`, { timeout: 300_000 }, async () => {
  const { uniform } = seededRandom(20261126)
  const origin = temporaryFolder()
  for (const [at, model] of ['als', 'item-knn', 'popularity'].entries()) await trainedVersion(origin, new Date(Date.parse('2026-11-23T12:00:00Z') + 1000 * at), model)
  const labels = (await listVersions(origin)).map(({ label, live }) => ({ label, live }))
  let [nHalf, nDone] = [0, 0]
  for (let kill = 0; kill < N_KILLS; kill++) {
    const dir = join(temporaryFolder(), 'artifacts')
    cpSync(origin, dir, { recursive: true })
    const eraser = start([process.execPath, ...flags, child, dir, user])
    await eraser.line('ready')
    eraser.process.stdin.write('go\n')
    const after = Math.floor(3 * uniform())
    if (after > 0) await eraser.line(`at ${after}`)
    await new Promise(resolve => setTimeout(resolve, 60 * uniform()))
    eraser.process.kill('SIGKILL')
    if ((await eraser.ended).includes('done')) nDone++
    const live = await open(dir)
    expect(live.recommend('person-8-§').recommendations).toHaveLength(10)
    const left = (await listVersions(dir)).filter(({ manifest }) => manifest?.replaces !== undefined).length
    if (left > 0 && left < 3) nHalf++
    await eraseFromVersions(dir, userId => userId === user, { now: new Date() })
    expect(filesWith(dir, user)).toEqual([])
    expect((await listVersions(dir)).map(({ label, live }) => ({ label, live }))).toEqual(labels)
    expect((await open(dir, await readCurrent(dir))).users.indexOf(user)).toBeUndefined()
  }
  console.log(`${N_KILLS} kills: ${nHalf} between the first and the last version, ${nDone} too late`)
  expect(nHalf).toBeGreaterThan(0)
})
