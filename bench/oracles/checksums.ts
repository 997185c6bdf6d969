// Prints the SHA-256 of save(fit(…)) for 1, 2 and 3 threads: the lines must agree with each other, and on every Node.
//
//     node --conditions=matinee-source bench/oracles/checksums.ts           the sources
//     node --experimental-strip-types bench/oracles/checksums.ts            what `node tools/build.mjs core` compiled, on Node 22.12
//
// The synthetic set always; MovieLens 100K too where MATINEE_DATA_DIR names the folder that holds ml-100k/.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fit, save, synthetic, type EventSource } from '@matinee/core'

function syntheticEvents(): EventSource {
  const { interactions: { users, items, values, timestamps = new Float64Array() } } = synthetic({ users: 2000, items: 1500, interactions: 60_000 })
  return Array.from(users, (user, row) => ({ userId: `u${user}`, itemId: `i${items[row]}`, rating: values[row], timestamp: timestamps[row] }))
}

const movieLens = path.join(process.env.MATINEE_DATA_DIR ?? '', 'ml-100k', 'u.data')
const movieLensEvents = (): EventSource => readFileSync(movieLens, 'latin1').trimEnd().split('\n').map(line => {
  const [userId, itemId, rating, timestamp] = line.split('\t')
  return { userId, itemId, rating: Number(rating), timestamp: Number(timestamp) }
})

const sets: [string, EventSource][] = [['synthetic', syntheticEvents()]]
if (process.env.MATINEE_DATA_DIR && existsSync(movieLens)) sets.push(['ml-100k', movieLensEvents()])
for (const [name, events] of sets) {
  for (const options of [{ solver: 'cg' }, { solver: 'cholesky', factors: 64 }]) {
    const sums = []
    for (const threads of [1, 2, 3]) {
      const bytes = save(await fit(events, { ...options, threads, seed: 42 }))
      sums.push(createHash('sha256').update(bytes).digest('hex'))
      console.log(`${name} ${options.solver} node ${process.version} threads ${threads} ${sums.at(-1)}`)
    }
    if (new Set(sums).size > 1) process.exitCode = 1
  }
}
