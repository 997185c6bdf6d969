// kill -9 during a search, again and again: the next process goes on, and in the end no look is lost and none is doubled.
//
// The command is killed each time after a drawn number of new lines and a drawn part of some milliseconds, the moments
// around the test and the save among them, until it once comes to its end. Its looks and winner are then those of a
// search that nobody disturbed, and there is one version.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '@matinee/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { bin, COLUMNS, runsCheckout, scratchFolder, writeEvents } from '../cli/help.ts'

const cwd = scratchFolder()
beforeAll(() => writeEvents(cwd))
const TUNE = ['tune', 'events.csv', ...COLUMNS, '--range', 'factors=2:16', '--k', '3', '--resamples', '100', '--trials', '20', '--quiet', '--json']
const ROUNDS = 6
const seed = 20261126

interface Line { look?: { options: object, seed: number, metrics: object }, ended?: object, version?: string }

const logOf = (out: string): string => join(cwd, out, 'tune-als.jsonl')
const textOf = (out: string): string => existsSync(logOf(out)) ? readFileSync(logOf(out), 'utf8') : ''
const linesOf = (out: string): Line[] => textOf(out).split('\n').slice(0, -1).map(line => JSON.parse(line) as Line)
const looksOf = (out: string): string[] => linesOf(out).flatMap(({ look }) => look ? [JSON.stringify([look.options, look.seed, look.metrics])] : []).sort()
const versionsIn = (out: string): string[] => readdirSync(join(cwd, out)).filter(name => name.endsWith('-als'))

/** Runs the command until it ends or has written so many new lines and then some milliseconds more; whether it ended by itself. */
async function runUntil(out: string, newLines: number, moreMs: number): Promise<boolean> {
  const { MATINEE_DATA_DIR: _, ...env } = process.env
  const child = spawn(process.execPath, [bin, ...TUNE, '--out', out], { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = new Promise<number | null>(resolve => child.on('close', resolve))
  const before = textOf(out).split('\n').length
  const poll = setInterval(() => {
    if (textOf(out).split('\n').length - before < newLines) return
    clearInterval(poll)
    setTimeout(() => child.kill('SIGKILL'), moreMs)
  }, 1)
  const code = await ended
  clearInterval(poll)
  return code === 0
}

describe.skipIf(!runsCheckout)('tune (skipped: a checkout runs its TypeScript from Node 24.10 on)', () => {
  test(`goes on after kill -9 at any moment, ${ROUNDS} searches (seed ${seed})`, { timeout: 600_000 }, async () => {
    const random = seededRandom(seed)
    expect(await runUntil('whole', Infinity, 0)).toBe(true)
    const total = linesOf('whole').length
    let [nKills, nTorn, nAfterWinner, nAfterSave] = [0, 0, 0, 0]
    for (let round = 0; round < ROUNDS; round++) {
      const out = `killed-${round}`
      while (!await runUntil(out, round === 0 ? 1 : 1 + random.below(Math.ceil(total / 3)), 150 * random.uniform())) {
        nKills++
        if (!textOf(out).endsWith('\n')) nTorn++
        const last = linesOf(out).at(-1)
        if (last?.ended && versionsIn(out).length === 0) nAfterWinner++
        if (last?.ended && versionsIn(out).length === 1) nAfterSave++
      }
      expect(looksOf(out)).toEqual(looksOf('whole'))
      expect(linesOf(out).filter(({ ended }) => ended)).toEqual(linesOf('whole').filter(({ ended }) => ended))
      expect(versionsIn(out)).toHaveLength(1)
      expect(linesOf(out).at(-1)).toEqual({ version: versionsIn(out)[0] })
    }
    console.log(`${nKills} kills in ${ROUNDS} searches of ${total} lines: ${nTorn} torn lines, ${nAfterWinner} between winner and version, ${nAfterSave} between version and the log's last line`)
    expect(nKills).toBeGreaterThanOrEqual(ROUNDS)
  })
})
