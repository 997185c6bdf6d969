// The code in README, guide and reference runs: TypeScript in one process of its own, command lines in this one.
import { spawn } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { commands } from '../../src/cli/registry.ts'
import { matinee, scratchFolder } from '../cli/help.ts'
import { codeBlocks, documents, read, root, type CodeBlock } from './documents.ts'

const cwd = scratchFolder()
const blocks = documents.flatMap(codeBlocks)

/** What the blocks find where they run: two files as the guide shows them, with ids that it uses. */
function writeFiles(folder: string): void {
  const rows = Array.from({ length: 120 }, (_, at) => `${at % 7 === 0 ? 42 : at % 12},${['chair', 'lamp', '50', '172', `item-${at % 9}`][at % 5]},${1_700_000_000 + 60 * at}`)
  writeFileSync(join(folder, 'events.csv'), `${['customer,sku,ts', ...rows].join('\n')}\n`)
  writeFileSync(join(folder, 'items.csv'), 'sku,title,price,tags\nchair,Folding chair,25,garden|wood\nlamp,Reading lamp,40,metal\n')
}

interface Ran { name: string, error?: string }

/** Blocks as modules, each with the `ts more` blocks behind it, and a module that runs one after the other. */
function writeModules(): void {
  writeFiles(cwd)
  mkdirSync(join(cwd, 'blocks'))
  symlinkSync(join(root, 'node_modules'), join(cwd, 'node_modules'), 'junction')
  const modules = new Map<string, string>()
  let name = ''
  for (const { info, document, line, code } of blocks) {
    if (info === 'ts') name = `${document.replaceAll('/', '_')}_line_${line}.ts`
    if (info === 'ts' || info === 'ts more') modules.set(name, `${modules.get(name) ?? ''}${code}\n`)
  }
  for (const [file, code] of modules) writeFileSync(join(cwd, 'blocks', file), code)
  for (const file of ['01-train-and-recommend.ts', '02-a-log-that-grows.ts', '07-two-stages.ts']) {
    modules.set(`examples/${file}`, read(`examples/${file}`))
    writeFileSync(join(cwd, 'blocks', file), read(`examples/${file}`))
  }
  const urls = [...modules.keys()].map(file => [file, pathToFileURL(join(cwd, 'blocks', file.replace('examples/', ''))).href])
  writeFileSync(join(cwd, 'all.mjs'), `
    console.log = (...said) => { if (said.length === 0) return; spoke++ }
    let spoke = 0
    const ran = []
    for (const [name, url] of ${JSON.stringify(urls)}) {
      spoke = 0
      await import(url).then(() => ran.push({ name, ...(spoke === 0 && { error: 'prints nothing' }) }), error => ran.push({ name, error: String(error?.stack ?? error) }))
    }
    process.stdout.write(JSON.stringify(ran))`)
}

test('every block of TypeScript and every example runs, and prints something', async () => {
  writeModules()
  const flags = ['--conditions=matinee-source', ...(process.features.typescript ? [] : ['--experimental-strip-types']), '--disable-warning=ExperimentalWarning']
  const child = spawn(process.execPath, [...flags, 'all.mjs'], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => { stdout += chunk.toString() })
  child.stderr.on('data', (chunk: Buffer) => { stderr += chunk.toString() })
  const code = await new Promise(resolve => child.on('close', resolve))
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const ran = JSON.parse(stdout) as Ran[]
  expect(ran.filter(({ error }) => error !== undefined)).toEqual([])
  expect(ran.length).toBeGreaterThan(10)
}, 60_000)

interface Line { words: string[], text: string }

/** Lines that begin with npx matinee, in words; a shell's quotes are understood, nothing else of a shell. */
const commandLines = ({ code }: CodeBlock): Line[] => code.split('\n').map(text => text.trim()).filter(text => text.startsWith('npx matinee '))
  .map(text => ({ text, words: [...text.slice('npx matinee '.length).matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c) }))

const shells = ['sh', 'powershell']
const withCommands = documents.filter(document => codeBlocks(document).some(block => shells.includes(block.info) && commandLines(block).length > 0))

// MovieLens is not to be loaded again and again, and a service goes on until it is ended; these are checked by their flags, as everything is
const isLong = ({ words }: Line): boolean => ['quickstart', 'serve'].includes(words[0]) || words.includes('--dataset')

describe('command lines', () => {
  const place = { cwd: scratchFolder() }
  // what the guide asks of a trained version: there is one
  beforeAll(async () => {
    writeFiles(place.cwd)
    await matinee(['train', 'events.csv', '--user', 'customer', '--item', 'sku', '--time', 'ts', '--items', 'items.csv', '--factors', '4', '--iterations', '1', '--k', '2', '--resamples', '100'], place)
  })
  const help = new Map<string, Promise<string>>()
  const helpOf = (command: string): Promise<string> => help.get(command) ?? help.set(command, matinee([command, '--help'], place).then(({ stdout }) => stdout)).get(command) as Promise<string>

  test.each(withCommands)('of %s name commands and flags that exist, and run on a small file', async document => {
    for (const line of codeBlocks(document).filter(({ info }) => shells.includes(info)).flatMap(commandLines)) {
      const [command] = line.words
      if (command.startsWith('-')) continue
      expect(Object.keys(commands), line.text).toContain(command)
      for (const flag of line.words.filter(word => word.startsWith('--'))) expect(await helpOf(command), line.text).toMatch(new RegExp(`^ +${flag}\\b`, 'm'))
      if (isLong(line)) continue
      const { code, stderr } = await matinee(line.words, place)
      expect({ line: line.text, code, stderr: code === 0 ? '' : stderr }).toEqual({ line: line.text, code: 0, stderr: '' })
    }
  }, 30_000)

  test('npm scripts that the documents name exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const known = new Set(Object.keys(scripts))
    const named = documents.flatMap(document => [...read(document).matchAll(/\bnpm (?:run (?:--silent )?([\w:-]+)|(start|test)\b)/g)].map(([, run, plain]) => run ?? plain))
    expect([...new Set(named)].filter(name => !known.has(name))).toEqual([])
  })
})
