// @matinee/core as others get it: the tarball of `npm pack` in an empty project, on every runtime that is promised.
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installInto, pack } from '../../../../tools/pack.mjs'
import { inRoot, readJson } from '../../../../tools/paths.mjs'
import { allModels } from '../../src/rank/index.ts'
import { runtime, runtimes } from '../../../../tools/nodes.mjs'
import { runBundled } from './bundle.ts'

const run = promisify(execFile)
const scratch = mkdtempSync(path.join(tmpdir(), 'matinee-core-'))
const project = path.join(scratch, 'project')
const installed = path.join(project, 'node_modules', '@matinee', 'core')

beforeAll(async () => {
  await installInto(project, [await pack('core', scratch)])
  cpSync(inRoot('packages', 'core', 'test', 'runtimes'), project, { recursive: true })
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const filesIn = (folder: string): string[] => readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile()).map(entry => path.relative(folder, path.join(entry.parentPath, entry.name)))

describe('the tarball of @matinee/core', () => {
  test('installs alone, at most 2 MB, without dependencies and without install scripts', () => {
    const { dependencies, optionalDependencies, peerDependencies, scripts = {} } = readJson(path.join(installed, 'package.json'))
    expect([dependencies, optionalDependencies, peerDependencies]).toEqual([undefined, undefined, undefined])
    expect(Object.keys(scripts).filter(name => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([])
    expect(readdirSync(path.join(project, 'node_modules')).filter(name => !name.startsWith('.'))).toEqual(['@matinee'])
    const bytes = filesIn(installed).reduce((sum, file) => sum + statSync(path.join(installed, file)).size, 0)
    expect(bytes).toBeLessThanOrEqual(2_000_000)
  })

  test('holds what was built, its licence and no source', () => {
    const others = filesIn(installed).map(file => file.replaceAll('\\', '/')).filter(file => !/^dist\/.*\.(js|d\.ts)$/.test(file)).sort()
    expect(others.filter(file => file !== 'README.md')).toEqual(['LICENSE', 'package.json'])
  })

  test('has declarations that a strict TypeScript project without skipLibCheck accepts', async () => {
    writeFileSync(path.join(project, 'use.ts'), [
      `import { fit, save, type Recommender } from '@matinee/core'`,
      `export async function titles(events: { userId: string, itemId: string, rating: number }[]): Promise<(string | null)[]> {`,
      `  const model: Recommender = await fit(events, { model: 'als' })`,
      `  save(model)`,
      `  return model.recommend('u42', { n: 10 }).recommendations.map(({ title }) => title)`,
      `}`,
    ].join('\n'))
    const compilerOptions = { noEmit: true, strict: true, module: 'nodenext', target: 'es2023', lib: ['es2024', 'dom'], types: [] }
    writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }))
    const tsc = run(process.execPath, [inRoot('node_modules', 'typescript', 'bin', 'tsc')], { cwd: project })
    await expect(tsc.catch((error: { stdout: string }) => Promise.reject(new Error(error.stdout)))).resolves.toBeDefined()
  })
})

describe('@matinee/core trains every model and recommends, with the same bytes, on', () => {
  interface Printed { itemIds: string[], checksums: Record<string, string> }
  const printed = new Map<string, Printed>()
  const printsOn = async (program: string, args: string[], threads = 2): Promise<Printed> =>
    JSON.parse((await run(program, [...args, path.join(project, 'print.mjs'), String(threads)], { cwd: project })).stdout) as Printed

  test.for(Object.entries(runtimes))('%s', async ([name, which]) => {
    const program = await runtime(which)
    printed.set(name, await printsOn(program, which.name === 'deno' ? ['run', '--allow-all', '--node-modules-dir=manual'] : []))
    expect(printed.get(name)?.itemIds).toHaveLength(10)
    expect(Object.keys(printed.get(name)?.checksums ?? {})).toEqual(Object.keys(allModels))
    expect(printed.get(name)).toEqual(await printsOn(process.execPath, []))
  })

  test.for([1, 3])('%i threads', async threads => expect(await printsOn(process.execPath, [], threads)).toEqual(await printsOn(process.execPath, [])))

  test.for([
    { name: 'a page without threads', shareMemory: true },
    { name: 'a page that is not cross-origin isolated, so without shared memory', shareMemory: false },
  ])('$name, bundled without node: modules', async ({ shareMemory }) => {
    expect(await runBundled(project, shareMemory)).toEqual(await printsOn(process.execPath, []))
  })

  test('nothing but the public door: the script imports only @matinee/core', () => {
    const script = readFileSync(path.join(project, 'train-and-recommend.mjs'), 'utf8')
    expect(script.match(/from '[^']+'/g)).toEqual([`from '@matinee/core'`])
  })
})
