// Builds a package's dist: `node tools/build.mjs core|matinee`; `npm pack` runs it. The kernels come first; matinee is
// compiled against core's built types, so core is built before it.
import { execFile } from 'node:child_process'
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import path from 'node:path'
import { buildKernels } from './kernels.mjs'
import { SetUpError } from './npm.mjs'
import { inRoot } from './paths.mjs'

// tsc writes .js into the imports of what runs and leaves .ts in the declarations; TypeScript before 5.0 cannot follow those.
const tsImport = /(?<=\b(?:from|import)\s*\(?\s*)(['"])(\.{1,2}\/[^'"]+)\.ts\1/g

/** @param {string} name */
async function compile(name) {
  const dist = inRoot('packages', name, 'dist')
  rmSync(dist, { recursive: true, force: true })
  const tsc = inRoot('node_modules', 'typescript', 'bin', 'tsc')
  try {
    await promisify(execFile)(process.execPath, [tsc, '-p', inRoot('packages', name, 'tsconfig.build.json')], { cwd: inRoot() })
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
  for (const name of order.slice(0, wanted + 1)) await compile(name)
} catch (error) {
  if (!(error instanceof SetUpError)) throw error
  console.error(`build: ${error.message}`)
  process.exitCode = 1
}
