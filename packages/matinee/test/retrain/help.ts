// What the tests of retraining share: a folder with a measured version, and a store beside it.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromEvents, prepareDataset, seededRandom, type Dataset } from '@matinee/core'
import { onTestFinished } from 'vitest'
import { run, runConfig } from '../../src/experiment/index.ts'
import { withLock } from '../../src/shelf/index.ts'

/** A folder that is removed when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'matinee-retrain-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** 40 people of two tastes and 30 items; ids that no other bytes look like. */
export async function people(): Promise<Dataset> {
  const { below, uniform } = seededRandom(5)
  const events = Array.from({ length: 900 }, (_, at) => {
    const user = below(40)
    const item = 2 * below(15) + (uniform() < 0.9 ? user % 2 : 1 - user % 2)
    return { userId: `person-${user}-§`, itemId: `thing-${item}`, rating: 1 + below(5), timestamp: 1_700_000_000 + at }
  })
  return prepareDataset(await fromEvents(events, { name: 'people' }))
}

/** Trains and saves a version; gives its name. */
export async function trainedVersion(dir: string, now: Date, model = 'als'): Promise<string> {
  const options = model === 'als' ? { factors: 4, iterations: 2 } : {}
  const context = { threads: 1, availableBytes: () => Infinity, software: { matinee: 'test' }, now }
  const result = await withLock(dir, 'a test', lock => run(people, runConfig({ model, resamples: 100 }, options), context, { dir, lock }))
  return result.version as string
}

/** All files below a folder whose bytes hold the text. */
export const filesWith = (dir: string, text: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(Buffer.from(text)))
    .map(({ name, parentPath }) => join(parentPath, name))
