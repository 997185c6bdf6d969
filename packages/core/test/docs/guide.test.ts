// The guide's worked examples of a group of features and of a source are what they say: they fit in, and do their formula.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { inRoot } from '../../../../tools/paths.mjs'
import { log1p, resolveOptions } from '../../src/base/index.ts'
import { rowIndices, rowLength } from '../../src/sparse/index.ts'
import { modelDefinition } from '../../src/rank/index.ts'
import type { FeatureGroup } from '../../src/rank/features/contract.ts'
import { sources } from '../../src/rank/two-stage/sources.ts'
import { smallWorld, trainingOf } from '../rank/small-world.ts'

const [feature, source] = [...readFileSync(inRoot('docs', 'guide', '09-two-stages.md'), 'utf8').matchAll(/^```typescript\n([^]*?)^```$/gm)].map(([, code]) => code)
const folder = mkdtempSync(join(tmpdir(), 'matinee-guide-'))
afterAll(() => { rmSync(folder, { recursive: true }) })

test('the group of features of "Another feature" fills its columns by its formula', async () => {
  const file = join(folder, 'audience.ts')
  writeFileSync(file, feature.replaceAll('\'../../', `'${pathToFileURL(inRoot('packages', 'core', 'src')).href}/`))
  const { audienceFeatures: { fit, over } } = await import(/* @vite-ignore */ pathToFileURL(file).href) as { audienceFeatures: FeatureGroup }
  const NOBODYS = 17
  const world = smallWorld()
  const training = trainingOf(world, Uint8Array.from(world.interactions.items, item => item === NOBODYS ? 0 : 1))
  const { byItem, byUser } = training
  const { names, fill } = over(fit(training) ?? {}, { nItems: byItem.nRows, sources: [] })
  expect(names).toEqual(['audience', 'audience_beyond_here'])
  const candidates = Int32Array.from([0, 5, NOBODYS, 29])
  const columns = names.map(() => new Float32Array(candidates.length))
  fill({ history: { items: [1, 2, 3], weights: [1, 1, 1] }, candidates, scores: [], among: [] }, columns)
  candidates.forEach((item, row) => {
    const lengths = Array.from(rowIndices(byItem, item), user => log1p(rowLength(byUser, user)))
    const audience = lengths.reduce((sum, length) => sum + length, 0) / lengths.length
    expect(columns.map(column => column[row])).toEqual([audience, audience - log1p(3)].map(value => Number.isNaN(value) ? NaN : expect.closeTo(value, 5) as number))
  })
  expect(columns[0][candidates.indexOf(NOBODYS)]).toBeNaN()
})

test('the source of "Another source" is a line as those of the registry, of a model that can score a history', async () => {
  const [, name, model, options, quota] = /^ {2}(\w+): \{ model: '([\w-]+)', options: (\{.*\}), quota: (\d+) \},\n$/.exec(source) ?? []
  expect(Object.keys(sources)).not.toContain(name)
  const definition = modelDefinition(model)
  const { scoreHistory } = await definition.fit(trainingOf(smallWorld()), resolveOptions(definition.options, JSON.parse(options) as Record<string, unknown>), { seed: 1 })
  expect(scoreHistory).toBeTypeOf('function')
  expect(Number(quota)).toBeGreaterThan(0)
})
