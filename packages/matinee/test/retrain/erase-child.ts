// A process of its own that erases a user, for the test that kills it: erase-child.ts <dir> <user id>. Says `ready`, waits for a line
// on stdin, then erases, says `at N` after the Nth version,
// and in the end `done`.
import { writeSync } from 'node:fs'
import { eraseFromVersions } from '../../src/retrain/index.ts'

const [dir, user] = process.argv.slice(2)
writeSync(1, 'ready\n')
for await (const _ of process.stdin) break
await eraseFromVersions(dir, userId => userId === user, {
  now: new Date(), onProgress: ({ done }) => void writeSync(1, `at ${done}\n`),
})
writeSync(1, 'done\n')
process.exit(0)
