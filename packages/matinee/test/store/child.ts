// A process of its own for the tests of the store. It says on stdout, line by line, what it does:
//   append <url> <run> <callers> [most]   each caller appends one event after the other, until it is killed or has appended so many;
//                                         `sent <item>` before, `ack <item>` after. Every second one has a key; the items are named
//                                         by run, caller and number, `k…` with a key
//   create                                for each path on stdin: opens it, appends an event with the key `k`, says
//                                         `made <hash> <sequence> <duplicate>`
//   fill <folder>                         appends until the disk is full, removes the file `ballast`, appends again; says `outcome <JSON>`
//   open <path>                           says `opened` or `failed <code> <detail>`
import { existsSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { MatineeError } from '@matinee/core'
import { openStore, type Store } from '../../src/store/index.ts'
import { event } from './event.ts'

/** Synchronous, so that a line is out before the next step begins, and a kill cannot swallow it. Waits where the reader is slow. */
function say(line: string): void {
  let rest = Buffer.from(`${line}\n`)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
  }
}
const told = (error: unknown): string => error instanceof MatineeError ? `${error.code} ${error.detail}` : String(error)

async function appendOneByOne(store: Store, run: string, caller: number, most: number): Promise<void> {
  for (let n = 0; n < most; n++) {
    const key = n % 2 === 0 ? { key: `${run}-${caller}-${n}` } : {}
    const item = `${n % 2 === 0 ? 'k' : 'n'}${run}-${caller}-${n}`
    say(`sent ${item}`)
    await store.append([event('u', item, key)])
    say(`ack ${item}`)
  }
}

async function create(): Promise<void> {
  for await (const path of createInterface({ input: process.stdin })) {
    try {
      const store = await openStore(path)
      const [{ sequence, duplicate }] = await store.append([event('u', '1', { key: 'k' })])
      say(`made ${store.hashOf('u')} ${sequence} ${duplicate}`)
      await store.close()
    } catch (error) {
      say(`failed ${told(error)}`)
    }
  }
}

/** Events of some hundred bytes, one after the other; gives the numbers of those that were acknowledged and the first error. */
async function appendUntilFull(store: Store, from: number, most: number): Promise<{ acknowledged: number[], error: string }> {
  const acknowledged: number[] = []
  for (let n = from; n < from + most; n++) {
    try {
      await store.append([event('u', `${n} ${'x'.repeat(200)}`)])
      acknowledged.push(n)
    } catch (error) {
      return { acknowledged, error: told(error) }
    }
  }
  return { acknowledged, error: '' }
}

async function fill(folder: string): Promise<void> {
  const store = await openStore(join(folder, 'feedback.sqlite'))
  const full = await appendUntilFull(store, 0, 100_000)
  const still = await appendUntilFull(store, 100_000, 1)
  if (existsSync(join(folder, 'ballast'))) rmSync(join(folder, 'ballast'))
  const after = await appendUntilFull(store, 200_000, 20)
  await store.close()
  const again = await openStore(join(folder, 'feedback.sqlite'))
  const stored = (await again.eventsOf('u')).map(({ itemId }) => Number.parseInt(itemId, 10))
  await again.close()
  say(`outcome ${JSON.stringify({ full, still, after, stored })}`)
}

const [command, where, run, callers, most = Infinity] = process.argv.slice(2)
if (command === 'append') {
  const store = await openStore(where)
  await Promise.all(Array.from({ length: Number(callers) }, (_, caller) => appendOneByOne(store, run, caller, Number(most))))
  await store.close()
} else if (command === 'create') await create()
else if (command === 'fill') await fill(where)
else if (command === 'open') await openStore(where).then(async store => { say('opened'); await store.close() }, (error: unknown) => say(`failed ${told(error)}`))
else say(`there is no command ${command}`)
