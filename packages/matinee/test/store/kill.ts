// kill -9 of a process that appends, so many times: what it said to be stored is there, and nothing is there twice.
import { seededRandom } from '@matinee/core'
import { expect } from 'vitest'
import { openStore } from '../../src/store/index.ts'
import { start, type Child } from '../shelf/help.ts'
import { event } from './event.ts'
import { childCommand } from './help.ts'

const words = (lines: readonly string[], beginning: string): string[] =>
  lines.filter(line => line.startsWith(`${beginning} `)).map(line => line.slice(beginning.length + 1))

async function enough(child: Child, nLines: number): Promise<void> {
  while (child.lines.length < nLines) await new Promise(resolve => child.process.stdout.once('data', resolve))
}

/** Kills at drawn moments; then checks the store. The next process starts up while the last is killed. */
export async function killAppends(url: string, nKills: number): Promise<void> {
  const { below } = seededRandom(20261126)
  const sent: string[] = []
  const acknowledged: string[] = []
  for (let kill = 0; kill < nKills; kill++) {
    const child = start(childCommand('append', url, String(kill), '8'))
    await child.line('ack')
    const nLines = 1 + below(400)
    const waitMs = below(4)
    await Promise.race([enough(child, nLines), child.ended.then(() => child.line('ended by itself'))]) // that line rejects with what it said
    await new Promise(resolve => setTimeout(resolve, waitMs))
    child.process.kill('SIGKILL')
    const lines = await child.ended
    sent.push(...words(lines, 'sent'))
    acknowledged.push(...words(lines, 'ack'))
  }
  expect(acknowledged.length).toBeGreaterThan(nKills)
  const store = await openStore(url)
  const stored = async (): Promise<string[]> => (await store.eventsOf('u')).map(({ itemId }) => itemId)
  const before = new Set(await stored())
  expect((await stored()).length, 'none twice').toBe(before.size)
  expect(acknowledged.filter(item => !before.has(item)), 'acknowledged and lost').toEqual([])
  const known = new Set(sent)
  expect([...before].filter(item => !known.has(item)), 'never sent').toEqual([])
  // a client that knows nothing of what became of its events with keys sends all of them again
  const keyed = sent.filter(item => item.startsWith('k'))
  const again = await store.append(keyed.map(item => event('u', item, { key: item.slice(1) })))
  expect(again.filter(({ duplicate }) => duplicate).length).toBe(keyed.filter(item => before.has(item)).length)
  const after = await stored()
  expect(after.length).toBe(new Set([...before, ...keyed]).size)
  await store.close()
}
