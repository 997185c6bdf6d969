// docs/reference/files-on-disk.md names every file of a version and every field of its two documents.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { allModels, splitters } from '@matinee/core'
import { COLUMNS, json, scratchFolder, SMALL, writeEvents } from '../cli/help.ts'
import { read } from './documents.ts'

const cwd = scratchFolder()
const named = (text: string): Set<string> => new Set([...text.replace(/^```[^]*?^```$/gm, '').matchAll(/`([^`]+)`/g)].map(([, name]) => name))
const keysOf = (value: unknown): string[] => typeof value === 'object' && value !== null && !Array.isArray(value)
  ? Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]) : []

test('it names every file and field that train writes', async () => {
  writeEvents(cwd)
  const { version } = await json<{ version: string }>(['train', 'events.csv', ...COLUMNS, ...SMALL, '--refit', 'all'], { cwd })
  const folder = join(cwd, 'artifacts', version)
  const document = read('docs/reference/files-on-disk.md')
  const files = readdirSync(folder)
  for (const file of files) expect(document).toContain(`| \`${file}\` |`)
  for (const name of Object.keys(allModels)) expect(document).toContain(`\`${name}_model.safetensors\``)
  const { files: _, config, losses, ...manifest } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<string, unknown>
  const fields = [...keysOf(manifest), ...Object.keys(config as object), ...keysOf((losses as object[])[0]), 'files', 'config', 'losses']
  const { intervals, baselines, ...metrics } = JSON.parse(readFileSync(join(folder, 'metrics.json'), 'utf8')) as Record<string, unknown>
  const all = [...fields, ...keysOf(metrics), 'intervals', ...Object.keys(baselines as object), ...Object.keys(intervals as object)]
  expect(all.filter(field => !named(document).has(field))).toEqual([])
})

test('it names what --metrics all and --sampled add to metrics.json, and what each split says in the protocol', async () => {
  writeEvents(cwd)
  const known = new Set([...named(read('docs/reference/files-on-disk.md')), ...named(read('docs/reference/options.md'))])
  for (const split of Object.keys(splitters)) {
    const { metrics, slices, sampled, protocol } = await json<Record<'metrics' | 'slices' | 'sampled' | 'protocol', object>>(
      ['evaluate', 'events.csv', ...COLUMNS, ...SMALL, '--items', 'items.csv', '--metrics', 'all', '--sampled', '5', '--split', split], { cwd })
    const fields = [...Object.keys(metrics), ...Object.keys(slices), ...Object.keys(sampled), ...Object.keys(protocol), 'slices', 'sampled']
    expect(fields.filter(field => !known.has(field)), split).toEqual([])
  }
})

test('it names every field of a retraining and of an erasure, in the journal and in the manifest', async () => {
  writeEvents(cwd)
  await json(['train', 'events.csv', ...COLUMNS, ...SMALL, '--items', 'items.csv', '--out', 'live'], { cwd })
  const line = ['--artifacts', 'live', '--store', 'live/feedback.sqlite']
  await json(['store', 'import', 'events.csv', ...COLUMNS, '--store', 'live/feedback.sqlite'], { cwd })
  const decision = await json<object>(['retrain', ...line, '--judges', '2'], { cwd })
  await json(['erase', ...line, '--user-id', 'c1'], { cwd })
  const folders = readdirSync(join(cwd, 'live')).filter(name => name.startsWith('20'))
  const manifests = folders.map(name => JSON.parse(readFileSync(join(cwd, 'live', name, 'manifest.json'), 'utf8')) as Record<string, unknown>)
  const fields = manifests.flatMap(({ files: _, config: __, losses: ___, timings: ____, ...manifest }) => keysOf(manifest))
  expect(fields).toEqual(expect.arrayContaining(['feedback', 'retrained', 'replaces', 'erased', 'source']))
  const told = [...fields, ...keysOf({ ...decision, timings: {} })]
  expect([...new Set(told)].filter(field => !named(read('docs/reference/files-on-disk.md')).has(field))).toEqual([])
})

test('it names every field of a search, in its log and in metrics.json', async () => {
  const argv = ['tune', 'events.csv', ...COLUMNS, '--range', 'factors=2:4', '--k', '3', '--resamples', '100', '--trials', '4', '--budget', '1h', '--out', 'tuned']
  const [{ log, tuning, version }] = await json<{ log: string, tuning: Record<string, unknown>, version: string }[]>(argv, { cwd })
  const withoutNames = (key: string, value: unknown): unknown => ['subject', 'options', 'fixed', 'space', 'metrics', 'standardErrors'].includes(key) ? 0 : value
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n').map(line => JSON.parse(line, withoutNames) as unknown)
  const { trials, ...record } = JSON.parse(JSON.stringify(tuning), withoutNames) as { trials: unknown[] }
  const manifest = JSON.parse(readFileSync(join(cwd, 'tuned', version, 'manifest.json'), 'utf8')) as object
  expect(Object.keys(manifest)).toContain('tuning')
  const looks = trials.flatMap(trial => (trial as { looks: unknown[] }).looks)
  const all = [...lines, record, ...trials, ...looks].flatMap(keysOf)
  expect([...new Set(all)].filter(field => !named(read('docs/reference/files-on-disk.md')).has(field))).toEqual([])
})
