// Each rule of .dependency-cruiser.cjs can fail: a small house with every room passes, and one bad import a rule is caught.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inRoot } from '../../../../tools/paths.mjs'

interface Violation { rule: { name: string }, from: string }
const config = inRoot('.dependency-cruiser.cjs')
const { forbidden } = createRequire(import.meta.url)(config) as { forbidden: { name: string }[] }
const ruleNames = forbidden.map(rule => rule.name)
const coreRooms = ['base', 'sparse', 'kernels', 'dataset', 'split', 'model', 'rank', 'evaluate', 'artifact', 'recommender']
const matineeRooms = ['files', 'shelf', 'experiment', 'tune', 'report', 'store', 'serve', 'retrain', 'cli']
const packages = ['commander', 'yauzl', 'fastify']

// For each rule one file that breaks it: path below packages/, and what it imports.
const core = (room: string) => `core/src/${room}/planted.ts`
const matinee = (room: string) => `matinee/src/${room}/planted.ts`
const planted: Record<string, { file: string, imports: string }> = {
  'no-cycles': { file: 'core/src/split/planted-cycle-back.ts', imports: './planted-cycle.ts' },
  ...Object.fromEntries(coreRooms.slice(0, -1).map(room => [`${room}-uses-only-its-neighbours`, { file: core(room), imports: '../recommender/index.ts' }])),
  'recommender-uses-only-its-neighbours': { file: core('recommender'), imports: '../unheard-of/index.ts' },
  ...Object.fromEntries(matineeRooms.slice(0, -1).map(room => [`${room}-uses-only-its-neighbours`, { file: matinee(room), imports: '../cli/index.ts' }])),
  'cli-uses-only-its-neighbours': { file: matinee('cli'), imports: '../unheard-of/index.ts' },
  'every-room-is-in-the-table': { file: 'core/src/unheard-of/planted.ts', imports: '../base/index.ts' },
  'use-the-door': { file: 'core/src/sparse/planted-door.ts', imports: '../base/inner.ts' },
  'no-own-door': { file: 'core/src/sparse/planted-own-door.ts', imports: './index.ts' },
  'no-package-door-inside': { file: 'core/src/sparse/planted-package-door.ts', imports: '../index.ts' },
  'core-by-its-door': { file: 'matinee/src/files/planted-deep.ts', imports: '../../../core/src/base/index.ts' },
  'core-is-portable': { file: 'core/src/base/planted-node.ts', imports: 'node:fs' },
  'core-never-uses-matinee': { file: 'core/src/base/planted-matinee.ts', imports: '../../../matinee/src/files/index.ts' },
  ...Object.fromEntries(matineeRooms.map(room => [`${room}-packages`, { file: `matinee/src/${room}/planted-package.ts`, imports: room === 'serve' ? 'commander' : 'fastify' }])),
  'source-never-uses-tests': { file: 'core/src/base/planted-test.ts', imports: '../../test/helper.ts' },
  'everything-resolves': { file: 'core/src/base/planted-nowhere.ts', imports: './nowhere.ts' },
  'no-orphans': { file: 'core/src/base/planted-orphan.ts', imports: '' },
}

const house = mkdtempSync(path.join(tmpdir(), 'matinee-import-table-'))
afterAll(() => rmSync(house, { recursive: true, force: true }))

function write(file: string, text: string): void {
  const at = path.join(house, file)
  mkdirSync(path.dirname(at), { recursive: true })
  writeFileSync(at, text)
}

function buildHouse(): void {
  for (const file of ['package.json', 'tsconfig.json', 'tsconfig.base.json', 'packages/core/package.json', 'packages/matinee/package.json']) {
    cpSync(inRoot(file), path.join(house, file))
  }
  for (const [name, rooms] of [['core', coreRooms], ['matinee', matineeRooms]] as const) {
    write(`packages/${name}/src/index.ts`, rooms.map(room => `export * from './${room}/index.ts'\n`).join(''))
    for (const room of rooms) {
      write(`packages/${name}/src/${room}/index.ts`, `export * from './inner.ts'\n`)
      write(`packages/${name}/src/${room}/inner.ts`, room === 'cli' ? `import 'commander'\nimport '@matinee/core'\nexport {}\n` : 'export {}\n')
    }
  }
  write('packages/core/test/helper.ts', 'export {}\n')
  for (const name of packages) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }))
    write(`node_modules/${name}/index.js`, '')
  }
  mkdirSync(path.join(house, 'node_modules/@matinee'))
  symlinkSync(path.join(house, 'packages/core'), path.join(house, 'node_modules/@matinee/core'), 'junction')
}

function violations(): Violation[] {
  const cruiser = inRoot('node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
  const args = [cruiser, 'packages', '--config', config, '--output-type', 'json']
  const json = (() => {
    try {
      return execFileSync(process.execPath, args, { cwd: house, encoding: 'utf8' })
    } catch (error) {
      return (error as { stdout: string }).stdout // its exit code is the number of violations
    }
  })()
  return (JSON.parse(json) as { summary: { violations: Violation[] } }).summary.violations
}

describe('the import table', () => {
  let found: Violation[] = []
  beforeAll(() => {
    buildHouse()
    expect(violations().map(({ rule, from }) => `${rule.name}: ${from}`)).toEqual([])
    for (const { file, imports } of Object.values(planted)) write(`packages/${file}`, imports && `import '${imports}'\nexport {}\n`)
    write('packages/core/src/split/planted-cycle.ts', `import type {} from './planted-cycle-back.ts'\nexport {}\n`)
    write('packages/core/src/unheard-of/index.ts', `export * from './planted.ts'\n`)
    write('packages/matinee/src/unheard-of/index.ts', `import '../files/index.ts'\nexport {}\n`)
    found = violations()
  }, 60_000)

  test.for(ruleNames)('%s is caught where it is broken', name => {
    expect(planted[name], `no planted import for the rule ${name}`).toBeDefined()
    expect(found.filter(({ rule }) => rule.name === name).map(({ from }) => from)).toContain(`packages/${planted[name].file}`)
  })
})
