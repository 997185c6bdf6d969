// `npm test`: sets up what is missing, runs vitest with the arguments given, and lists what was skipped and why.
//
// MATINEE_TEST_REPORT names a file for vitest's JSON report; .ci/run counts from it.
import { inOurPlace } from './child.mjs'
import { withNodeFirst } from './npm.mjs'
import { inRoot } from './paths.mjs'
import { afterSetUp } from './setup.mjs'

const report = process.env.MATINEE_TEST_REPORT
const reporters = ['--reporter=default', `--reporter=${inRoot('tools', 'skipped-reporter.mjs')}`,
  ...(report ? ['--reporter=json', `--outputFile.json=${report}`] : [])]

await afterSetUp(node => inOurPlace(
  node,
  [inRoot('node_modules', 'vitest', 'vitest.mjs'), 'run', ...reporters, ...process.argv.slice(2)],
  { env: withNodeFirst(node) }, // programs that tests start find the same Node
))
