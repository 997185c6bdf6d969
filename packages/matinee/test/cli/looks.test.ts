// --looks and --test-part: how often the test was looked at, and of whom it was asked.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '@matinee/core'
import { beforeAll, expect, test } from 'vitest'
import { fails, json, matinee, scratchFolder } from './help.ts'

const cwd = scratchFolder()
const place = { cwd }
const RUN = ['events.csv', '--user', 'user', '--item', 'item', '--model', 'popularity', '--k', '3', '--resamples', '100', '--threads', '1'] as const
interface Measured { metrics: Record<string, number>, protocol: { usersCounted: number, testPart?: string } }

beforeAll(() => {
  const { below } = seededRandom(5)
  const lines = Array.from({ length: 200 }, (_, user) => [...new Set(Array.from({ length: 8 }, () => `u${user},i${below(30)}`))])
  writeFileSync(join(cwd, 'events.csv'), `${['user,item', ...lines.flat()].join('\n')}\n`)
})

test('a line is added for each measurement on the test, and says which it was', async () => {
  const evaluated = await json<Measured>(['evaluate', ...RUN, '--looks', 'looks.jsonl'], place)
  await json(['train', ...RUN, '--ties', 'file', '--looks', 'looks.jsonl'], place)
  const lines = readFileSync(join(cwd, 'looks.jsonl'), 'utf8').trim().split('\n').map(line => JSON.parse(line) as Measured & { config: object, at: string })
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatchObject({ dataset: 'events.csv', metrics: evaluated.metrics, config: { model: 'popularity', ties: 'hash' } })
  expect(lines[1]).toMatchObject({ config: { ties: 'file' } })
  expect(lines[1].at > lines[0].at).toBe(true)
  await fails(['evaluate', ...RUN, '--looks', join('nowhere', 'looks.jsonl')], place, { code: 1, error: 'ERR_IO', says: /there is no folder/ })
})

test('four fifths of the users and the other fifth are everybody, each once', async () => {
  const parts = await Promise.all(['all', 'four-fifths', 'fifth'].map(async part => json<Measured>(['evaluate', ...RUN, '--test-part', part], place)))
  const [all, most, fifth] = parts.map(({ protocol: { usersCounted } }) => usersCounted)
  expect(most + fifth).toBe(all)
  expect(Math.abs(fifth / all - 0.2)).toBeLessThan(0.1)
  const [whole, ...asked] = parts.map(({ metrics }) => metrics['recall@3'])
  expect((most * asked[0] + fifth * asked[1]) / all).toBeCloseTo(whole, 12)
  expect(parts.map(({ protocol }) => protocol.testPart)).toEqual([undefined, 'four-fifths', 'fifth'])
  expect((await matinee(['evaluate', ...RUN, '--test-part', 'half'], place)).stderr).toMatch(/ERR_OPTION: testPart is "half", expected one of all, four-fifths, fifth/)
})
