// Packs both packages and asks publint and attw whether others can use them.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import path from 'node:path'
import { SetUpError } from './npm.mjs'
import { pack } from './pack.mjs'
import { inRoot } from './paths.mjs'

/** @param {string[]} args */
async function check(...args) {
  try {
    await promisify(execFile)(process.execPath, args, { cwd: inRoot() })
    return undefined
  } catch (error) {
    const { stdout = '', stderr = '' } = /** @type {{ stdout?: string, stderr?: string }} */ (error)
    return `${stdout}${stderr}`
  }
}

const into = mkdtempSync(path.join(tmpdir(), 'matinee-pack-'))
try {
  for (const name of /** @type {const} */ (['core', 'matinee'])) {
    const tarball = await pack(name, into)
    const publint = await check(inRoot('node_modules', 'publint', 'src', 'cli.js'), 'run', tarball, '--strict')
    // Only import works, by choice: Node 22.12 and later can require() such a package too.
    const attw = await check(inRoot('node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js'), tarball, '--profile', 'esm-only', '--no-emoji')
    for (const [tool, fault] of Object.entries({ publint, attw })) {
      console.log(`${tool} ${name}: ${fault === undefined ? 'passed' : `failed\n${fault}`}`)
      if (fault !== undefined) process.exitCode = 1
    }
  }
} catch (error) {
  if (!(error instanceof SetUpError)) throw error
  console.log(error.message)
  process.exitCode = 1
} finally {
  rmSync(into, { recursive: true, force: true })
}
