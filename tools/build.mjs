// Builds a package's dist: `node tools/build.mjs core|matinee`; `npm pack` runs it. The kernels come first; matinee is
// compiled against core's built types, so core is built before it.
//
// esbuild makes one file of each entrance, since a module costs Node most of a millisecond and there were two hundred
// (decision 20); tsc makes the declarations.
import { build } from 'esbuild'
import { execFile } from 'node:child_process'
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import path from 'node:path'
import { buildKernels } from './kernels.mjs'
import { SetUpError } from './npm.mjs'
import { inRoot } from './paths.mjs'

/** What is imported or run by its own name, below src/. @type {Record<string, string[]>} */
const entrances = {
  core: ['index.ts', 'kernels/pool/node.ts', 'kernels/pool/none.ts', 'kernels/pool/worker.ts'],
  matinee: ['index.ts', 'cli/main.ts', 'serve/client.ts', 'tune/look-worker.ts', 'store/sqlite/worker.ts'],
}

/** @param {string} name */
async function bundle(name) {
  const source = inRoot('packages', name, 'src')
  await build({
    entryPoints: entrances[name].map(file => path.join(source, file)), outbase: source, outdir: inRoot('packages', name, 'dist'),
    bundle: true, packages: 'external', external: ['#threads'], format: 'esm', target: 'es2023', charset: 'utf8', logLevel: 'error',
    // matinee's entrances share what both need; each of core's is by itself, so that a worker loads one small file
    splitting: name === 'matinee', chunkNames: 'shared-[hash]',
  })
}

// TypeScript before 5.0 cannot follow the .ts that tsc leaves in the declarations.
const tsImport = /(?<=\b(?:from|import)\s*\(?\s*)(['"])(\.{1,2}\/[^'"]+)\.ts\1/g

/** @param {string} name */
async function compile(name) {
  const dist = inRoot('packages', name, 'dist')
  rmSync(dist, { recursive: true, force: true })
  const tsc = inRoot('node_modules', 'typescript', 'bin', 'tsc')
  try {
    await promisify(execFile)(process.execPath, [tsc, '-p', inRoot('packages', name, 'tsconfig.build.json'), '--emitDeclarationOnly'], { cwd: inRoot() })
  } catch (error) {
    throw new SetUpError(`packages/${name} does not compile:\n${/** @type {{ stdout?: string }} */ (error).stdout ?? error}`)
  }
  for (const file of readdirSync(dist, { recursive: true }).map(String).filter(found => found.endsWith('.d.ts'))) {
    const text = readFileSync(path.join(dist, file), 'utf8')
    writeFileSync(path.join(dist, file), text.replace(tsImport, '$1$2.js$1'))
  }
}

const order = ['core', 'matinee']
const wanted = order.indexOf(process.argv[2] ?? '')
try {
  if (wanted < 0) throw new SetUpError(`there is no package "${process.argv[2]}", expected core or matinee.`)
  await buildKernels()
  for (const name of order.slice(0, wanted + 1)) {
    await compile(name)
    await bundle(name)
  }
} catch (error) {
  if (!(error instanceof SetUpError)) throw error
  console.error(`build: ${error.message}`)
  process.exitCode = 1
}
