// What the documents say of the code is what the code says.
import { describe, expect, test } from 'vitest'
import { errorCatalogue, listMetrics, metrics, allModels, slices, splitters } from '@matinee/core'
import { generatedDocuments } from '../../../../tools/docs.mjs'
import { commands } from '../../src/cli/registry.ts'
import { datasets } from '../../src/files/index.ts'
import { read } from './documents.ts'

const generated = await generatedDocuments()
const STALE = 'stale; run `npm run docs`'

describe('generated parts', () => {
  test.each([...generated.keys()])('%s is as `npm run docs` writes it', path => {
    const { is, shouldBe } = generated.get(path) ?? { is: '', shouldBe: '' }
    expect(is === shouldBe ? 'fresh' : STALE).toBe('fresh')
  })

  test('every error code has a meaning and what to do', () => {
    const rows = [...read('docs/reference/errors.md').matchAll(/^\| `(ERR_\w+)` \| (.*?) \| (.*?) \|$/gm)]
    expect(rows.map(([, code]) => code)).toEqual(Object.keys(errorCatalogue))
    for (const [, code, meaning, action] of rows) {
      expect(meaning.length, code).toBeGreaterThan(10)
      expect(action, code).toBe(errorCatalogue[code as keyof typeof errorCatalogue].replaceAll('|', '\\|'))
    }
  })

  test('every model has a heading that says what it can and cannot do; every metric, dataset, split and command is named', () => {
    const text = read('docs/reference/models.md')
    for (const name of Object.keys(allModels)) expect(text).toMatch(new RegExp(`^## ${name}\n\n\\S.{80}`, 'm'))
    for (const name of Object.keys({ ...metrics, ...listMetrics })) {
      expect(read('docs/reference/metrics.md')).toMatch(new RegExp(`^\\| \`${name}(@k)?\` \\|`, 'm'))
      expect(read('docs/math/metrics.md')).toContain(name)
    }
    for (const name of Object.keys(slices)) expect(read('docs/reference/metrics.md')).toContain(`| \`${name}\` |`)
    for (const name of Object.keys(datasets)) expect(read('docs/reference/datasets.md')).toContain(`| \`${name}\` |`)
    for (const name of Object.keys(splitters)) expect(read('docs/math/split.md')).toContain(`\`${name}\``)
    for (const name of Object.keys(commands)) expect(read('docs/reference/cli.md')).toContain(`## matinee ${name}\n`)
  })
})
