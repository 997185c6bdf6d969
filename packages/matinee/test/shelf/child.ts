// A process of its own for the tests of the shelf. It says on stdout, line by line, what it does:
//   save <dir> <label> <kilobytes>              prints `ready`, waits for a seed on stdin; prints each stage, then `saved <version>`
//   save-all-day <dir> <label> <kilobytes>      the same, but saves with seed, seed + 1, … until it is killed
//   hold <dir>                                  takes the lock, prints `held`, keeps it until stdin ends
//   critical <dir> <rounds>                     takes the lock again and again; prints `clash` if it is not alone
//   spoil <dir> <kilobytes>                     saves a small version, then one of that size; prints what came of it
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { MatineeError, seededRandom } from '@matinee/core'
import { readVersion, withLock, writeVersion } from '../../src/shelf/index.ts'

// synchronous, so that a line is out before the next step begins, and a kill cannot swallow it
const say = (line: string): void => void writeSync(1, `${line}\n`)

/** Five files, of which the first has most of the bytes. */
function bigFiles(seed: number, kilobytes: number): Map<string, Uint8Array> {
  const random = seededRandom(seed)
  const parts = {
    'als_model.safetensors': 0.4, 'history.safetensors': 0.3, 'user_map.json': 0.1, 'item_map.json': 0.1, 'item_titles.json': 0.1,
  }
  return new Map(Object.entries(parts).map(([name, part]) => {
    const word = random.uint32() || 1
    return [name, new Uint8Array(new Uint32Array(Math.ceil(kilobytes * 256 * part)).fill(word).buffer)]
  }))
}

function save(dir: string, label: string, seed: number, kilobytes: number): Promise<string> {
  return writeVersion(dir, {
    label, now: new Date(), manifest: { seed, kilobytes }, files: bigFiles(seed, kilobytes), retain: 3,
    onStage: (stage, subject) => say(`stage ${seed} ${stage} ${subject}`),
  })
}

async function hold(dir: string): Promise<void> {
  await withLock(dir, 'a test', async () => {
    say('held')
    for await (const _ of process.stdin); // until the parent closes it
  })
}

async function critical(dir: string, rounds: number): Promise<void> {
  const marker = join(dir, 'occupied')
  for (let done = 0; done < rounds;) {
    try {
      await withLock(dir, 'a test', async () => {
        closeSync(openSync(marker, 'wx')) // EEXIST if another one is in here
        await readdir(dir)
        rmSync(marker)
      })
      done++
    } catch (error) {
      if (!(error instanceof MatineeError && error.code === 'ERR_LOCKED')) return say(`clash ${String(error)}`)
    }
  }
  say('alone')
}

async function spoil(dir: string, kilobytes: number): Promise<void> {
  const outcome = async (work: Promise<string>): Promise<string> =>
    work.catch((error: unknown) => error instanceof MatineeError ? `${error.code} ${error.detail}` : String(error))
  const first = await outcome(save(dir, 'small', 1, 4))
  const second = await outcome(save(dir, 'large', 2, kilobytes))
  const live = await outcome(readVersion(dir).then(({ version }) => version))
  say(`outcome ${JSON.stringify({ first, second, live, names: (await readdir(dir)).sort() })}`)
}

/** The parent says when, and with which seed. */
async function seedFromParent(): Promise<number> {
  say('ready')
  for await (const line of process.stdin) return Number(String(line))
  return 0
}

const [command, dir, ...rest] = process.argv.slice(2)
if (command === 'save') {
  await save(dir, rest[0], await seedFromParent(), Number(rest[1])).then(
    version => say(`saved ${version}`),
    (error: unknown) => say(`failed ${error instanceof MatineeError ? error.code : String(error)}`))
  process.exit(0)
} else if (command === 'save-all-day') {
  for (let seed = await seedFromParent(); ; seed++) await save(dir, rest[0], seed, Number(rest[1]))
} else if (command === 'hold') await hold(dir)
else if (command === 'critical') await critical(dir, Number(rest[0]))
else if (command === 'spoil') await spoil(dir, Number(rest[0]))
else say(`there is no command ${command}`)
