// Adds up what .ci/run ran: `node tools/ci-summary.mjs FOLDER STEP…`. A step left STEP.result there (exit code, seconds), and if it
// was vitest STEP.json too. Prints a table, what was skipped and why, and as its last line `N passed, N failed`.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { skipReason } from './skipped-reporter.mjs'
import { readJson, root } from './paths.mjs'

/** @typedef {{ step: string, passed: number, failed: number, skipped: string[], seconds: string, note: string }} Row */
/** @typedef {{ status: string, fullName: string }} TestResult */
/** @typedef {{ name: string, status: string, assertionResults: TestResult[] }} FileResult */

/**
 * The counts of one step. A runner that fails without a failing test (it crashed, a file did not load) counts as one failed.
 * @param {string} step @param {number} code @param {string} seconds @param {{ testResults: FileResult[] } | undefined} report
 * @param {boolean} isTests whether a report was to be expected
 * @returns {Row}
 */
export function countStep(step, code, seconds, report, isTests) {
  if (!isTests) return { step, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [], seconds, note: code === 0 ? '' : `exit code ${code}` }
  const files = report?.testResults ?? []
  const tests = files.flatMap(file => file.assertionResults.map(test => ({ ...test, file: path.relative(root, file.name), inFailed: file.status === 'failed' })))
  const passed = tests.filter(test => test.status === 'passed').length
  const broken = files.filter(file => file.status === 'failed' && !file.assertionResults.some(test => test.status === 'failed')).length
  const failedTests = tests.filter(test => test.status === 'failed').length + broken
  const crashed = failedTests === 0 && (code !== 0 || passed === 0)
  const skipped = tests.filter(test => !['passed', 'failed'].includes(test.status))
    .map(test => `${test.file}: ${test.fullName}${skipReason(test.fullName) ? '' : test.inFailed ? ' (its group failed before it)' : ' (no reason given)'}`)
  const note = crashed ? `the runner ended with code ${code} and no test failed` : broken ? `${broken} files did not load` : ''
  return { step, passed, failed: failedTests + (crashed ? 1 : 0), skipped, seconds, note }
}

/** @param {string} folder @param {string} step @returns {Row} */
function readStep(folder, step) {
  const result = path.join(folder, `${step}.result`)
  const [code = '1', seconds = '?'] = existsSync(result) ? readFileSync(result, 'utf8').split('\n') : []
  const report = path.join(folder, `${step}.json`)
  return countStep(step, Number(code), seconds, existsSync(report) ? readJson(report) : undefined, ['tests', 'integration'].includes(step))
}

/** @param {string} folder @param {string[]} steps */
function summarize(folder, steps) {
  const rows = steps.map(step => readStep(folder, step))
  console.log(`${'step'.padEnd(16)}${'passed'.padStart(8)}${'failed'.padStart(8)}${'skipped'.padStart(9)}${'seconds'.padStart(9)}`)
  for (const { step, passed, failed, skipped, seconds, note } of rows) {
    console.log(`${step.padEnd(16)}${String(passed).padStart(8)}${String(failed).padStart(8)}${String(skipped.length).padStart(9)}${seconds.padStart(9)}  ${note}`.trimEnd())
  }
  const skipped = rows.flatMap(row => row.skipped)
  if (skipped.length > 0) console.log(`\nskipped:\n${skipped.map(line => `  ${line}`).join('\n')}`)
  const passed = rows.reduce((sum, row) => sum + row.passed, 0)
  const failed = rows.reduce((sum, row) => sum + row.failed, 0)
  console.log(`\n${passed} passed, ${failed} failed`)
  if (failed > 0) process.exitCode = 1
}

const [, program = '', folder, ...steps] = process.argv
if (program.endsWith('ci-summary.mjs')) summarize(folder, steps)
