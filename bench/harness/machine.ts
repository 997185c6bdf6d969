// What a figure depends on besides the code: machine, system, Node, commit.
import { execFileSync } from 'node:child_process'
import { cpus, release, totalmem, type } from 'node:os'
import { inRoot } from '../../tools/paths.mjs'

const git = (...args: string[]): string => execFileSync('git', args, { cwd: inRoot(), encoding: 'utf8' }).trim()

/** For the head of a results document. */
export function machine() {
  const [{ model }] = cpus()
  return {
    cpu: model.trim(), cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${type()} ${release()} ${process.arch}`, node: process.version, v8: process.versions.v8,
  }
}

/** The commit that is measured, and whether files differ from it. */
export function commit() {
  return { commit: git('rev-parse', '--short=10', 'HEAD'), dirty: git('status', '--porcelain', '--untracked-files=no', '--', 'packages') !== '' }
}
