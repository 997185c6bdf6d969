// kill -9 during a save, 200 times: the live version always loads whole, and the next save clears up.
//
// A child saves versions of 3 MB, one after the other, and announces each step. It is killed at a random moment:
// a drawn step of a drawn save, and then a drawn part of some milliseconds. Its last announcement tells in which
// step it died. Kills outside the time from the first write to the rename of CURRENT do not count towards the 200.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '@matinee/core'
import { expect, test } from 'vitest'
import { readVersion, saveStages, writeVersion } from '../../src/shelf/index.ts'
import type { SaveStage } from '../../src/shelf/index.ts'
import type { Child } from './help.ts'
import { asObject, namesOf, sampleFiles, smallSizes, startChild, temporaryFolder } from './help.ts'

const N_KILLS = 200
const KILOBYTES = 3000
const STEPS_PER_SAVE = 2 * 6 + 8 // five files and the manifest are written and synced; eight steps besides
const seed = 20261123

/** After which announcement the child dies between the first write and the rename of CURRENT. */
const window = saveStages.slice(saveStages.indexOf('created'), saveStages.indexOf('current-renamed'))

interface Announcement {
  readonly saveSeed: number
  readonly stage: SaveStage
  readonly subject: string
}

function parse(line: string): Announcement {
  const [, saveSeed, stage, subject] = line.split(' ')
  return { saveSeed: Number(saveSeed), stage: stage as SaveStage, subject }
}

/** A child that waits for its word; the next one starts up while the results of the last are checked. */
const waitingChild = (dir: string): Child => startChild('save-all-day', dir, 'als', String(KILOBYTES))

/** Lets a child save, kills it at a drawn moment, and tells what it had announced last. */
async function killOne(child: Child, saveSeed: number, random: ReturnType<typeof seededRandom>): Promise<Announcement> {
  const nSteps = 1 + random.below(2 * STEPS_PER_SAVE)
  const waitMs = 4 * random.uniform()
  await child.line('ready')
  child.process.stdin.write(`${saveSeed}\n`)
  const announced = new Promise<void>(resolve => child.process.stdout.on('data', () => { if (child.lines.length > nSteps) resolve() }))
  await Promise.race([announced, child.ended]) // a child that failed announces no more: what follows says so
  const begun = performance.now()
  while (performance.now() - begun < waitMs); // timers know whole milliseconds only, in which several steps pass
  child.process.kill('SIGKILL')
  const last = (await child.ended).at(-1)
  return parse(last ?? '')
}

/** The seed of the live version, once all of its bytes are known to be those of that seed. */
async function loadLive(dir: string): Promise<number> {
  const { manifest, files } = await readVersion(dir)
  if (manifest.small === true) {
    expect(asObject(files)).toEqual(asObject(sampleFiles(Number(manifest.seed), smallSizes)))
  } else {
    expect(files.size).toBe(5)
    expect([...files.values()].reduce((sum, bytes) => sum + bytes.length, 0)).toBe(KILOBYTES * 1024)
  }
  return Number(manifest.seed)
}

const saveSmall = (dir: string, saveSeed: number): Promise<string> => writeVersion(dir, {
  label: 'small', now: new Date(), manifest: { seed: saveSeed, small: true }, files: sampleFiles(saveSeed, smallSizes), retain: 2,
})

test(`${N_KILLS} kills before CURRENT is renamed, in at least five stages, lose nothing (seed ${seed})`, { timeout: 600_000 }, async () => {
  const dir = temporaryFolder()
  const random = seededRandom(seed)
  const spread = new Map<string, number>()
  let [nKills, nOutside, nLeftovers, nLocks, saveSeed] = [0, 0, 0, 0, 0]
  await saveSmall(dir, saveSeed)
  let child = waitingChild(dir)
  while (nKills < N_KILLS) {
    const first = saveSeed + 1
    const last = await killOne(child, first, random)
    child = waitingChild(dir)
    const live = await loadLive(dir)
    // saves before the last announced one are over; that one is live at the latest when it said so
    const former = last.saveSeed === first ? saveSeed : last.saveSeed - 1
    const renamed = saveStages.indexOf(last.stage) >= saveStages.indexOf('current-renamed')
    expect(renamed ? [last.saveSeed] : [former, last.saveSeed]).toContain(live)
    if (!renamed && last.stage !== 'current-synced') expect(live).toBe(former)
    nLocks += readdirSync(join(dir, '.lock')).length > 0 ? 1 : 0
    nLeftovers += namesOf(dir).some(name => /^\.(incoming|current|pruned)-/.test(name)) ? 1 : 0
    saveSeed = last.saveSeed + 1
    const next = await saveSmall(dir, saveSeed)
    expect(namesOf(dir).filter(name => name.startsWith('.'))).toEqual(['.lock'])
    expect(readdirSync(join(dir, '.lock'))).toEqual([])
    expect((await readVersion(dir)).version).toBe(next)
    if (!window.includes(last.stage)) nOutside++
    else {
      nKills++
      spread.set(last.stage, (spread.get(last.stage) ?? 0) + 1)
    }
  }
  const inOrder = window.map(stage => `after ${stage} ${spread.get(stage) ?? 0}`)
  const clearedUp = `${nLocks} stale locks, ${nLeftovers} unfinished saves cleared up`
  console.log(`${nKills} kills: ${inOrder.join(', ')}; ${nOutside} more outside; ${clearedUp}`)
  expect(spread.size).toBeGreaterThanOrEqual(5)
  expect([...spread.values()].filter(n => n >= 5).length).toBeGreaterThanOrEqual(5)
  expect(nLocks).toBeGreaterThanOrEqual(N_KILLS)
})
