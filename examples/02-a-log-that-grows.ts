// Events from a file that is read line by line, a folder of versions, and a visitor nobody knows yet.
//
//     node --conditions=matinee-source examples/02-a-log-that-grows.ts
//
// What is new here: an async iterable as events, weights, a fit that shows progress and could be cancelled, versions in a
// folder of which one is live, recommendFor, and what an error tells.
import { createReadStream } from 'node:fs'
import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fit, listVersions, MatineeError, open, save, seededRandom } from 'matinee'

const folder = await mkdtemp(join(tmpdir(), 'matinee-example-'))
const log = join(folder, 'plays.jsonl')
const artifacts = join(folder, 'artifacts')

/** The log as events, one line at a time: a log of any size needs no more memory than its columns. */
async function* plays() {
  for await (const line of createInterface({ input: createReadStream(log) })) {
    const { listener, song, minutes } = JSON.parse(line) as { listener: string, song: string, minutes: number }
    yield { userId: listener, itemId: song, weight: minutes }
  }
}

/** A day's plays, appended to the log: even listeners like even songs. */
async function logDay(day: number): Promise<void> {
  const { below, uniform } = seededRandom(2, day)
  const lines = Array.from({ length: 400 }, () => {
    const listener = below(50)
    const song = 2 * below(20) + (uniform() < 0.9 ? listener % 2 : below(2))
    return JSON.stringify({ listener: `l${listener}`, song: `song-${song}`, minutes: 1 + below(5) })
  })
  await appendFile(log, `${lines.join('\n')}\n`)
}

// Weights count as they are (a rating would go through ln(1 + rating) first), and those of a repeated pair add up.
const options = { model: 'als', factors: 4, iterations: 5, alpha: 2, regularization: 1 }
for (const day of [1, 2]) {
  await logDay(day)
  const stop = new AbortController() // stop.abort() would end the fit with ERR_ABORTED
  const model = await fit(plays(), {
    ...options,
    signal: stop.signal,
    onProgress: ({ stage, done, total, note }) => { if (done === total) console.log(`  ${stage}: ${done} of ${total}, ${note}`) },
  })
  await save(model, artifacts)
  console.log(`day ${day}: ${model.users.size} listeners, ${model.items.size} songs`)
}

const versions = await listVersions(artifacts)
console.log(`\n${versions.length} versions; live is the ${versions.findIndex(({ live }) => live) === 0 ? 'newest' : 'older'} one.`)

// A visitor without an account has played two even songs: no training is needed to serve them.
const live = await open(artifacts)
const { recommendations, unknownItems } = live.recommendFor(
  [{ itemId: 'song-4', weight: 3 }, { itemId: 'song-8', weight: 5 }, { itemId: 'song-of-tomorrow' }], { n: 5 })
console.log(`\nFor a visitor who played song-4 and song-8 (and ${unknownItems.join(', ')}, which nobody knows yet):`)
console.log(`  ${recommendations.map(({ itemId }) => itemId).join(', ')}`)

// Errors are for people and programs: a code, what is wrong, what to do.
try {
  live.recommend('l99')
} catch (error) {
  if (!(error instanceof MatineeError)) throw error
  console.log(`\n${error.message}\n${error.action}`)
}
await rm(folder, { recursive: true })
