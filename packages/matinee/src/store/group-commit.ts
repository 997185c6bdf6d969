// Writes that come together are committed together: what arrives while one transaction waits for the disk goes into the next.
import { MatineeError } from '@matinee/core'
import type { Outcomes, Write } from './writes.ts'

/** Events, and other writes as one each, that may wait; beyond it the caller is told to come again. */
const MAX_WAITING = 20_000
/** In one transaction, so that none takes long. */
const MAX_TOGETHER = 2_000

interface Waiting {
  readonly write: Write
  readonly size: number
  readonly resolve: (outcome: unknown) => void
  readonly reject: (error: unknown) => void
}

export interface GroupCommit {
  /** Throws ERR_STORE_BUSY where too much waits already, and what `commit` throws. */
  write<Kind extends Write['kind']>(write: Write & { readonly kind: Kind }): Promise<Outcomes[Kind]>
  /** Resolves when nothing waits any more. */
  idle(): Promise<void>
}

/** commit: writes all or none, and gives what became of each; never called again before it has ended. */
export function groupCommit(commit: (writes: readonly Write[]) => Promise<readonly unknown[]>): GroupCommit {
  let queue: Waiting[] = []
  let nWaiting = 0
  let running: Promise<void> | undefined

  const drain = async (): Promise<void> => {
    await Promise.resolve() // what is written in the same turn comes along
    while (queue.length > 0) {
      const together = take()
      try {
        const outcomes = await commit(together.map(({ write }) => write))
        together.forEach(({ resolve }, at) => resolve(outcomes[at]))
      } catch (error) {
        for (const { reject } of together) reject(error)
      }
    }
    running = undefined
  }
  const take = (): Waiting[] => {
    let n = 1
    let size = queue[0].size
    while (n < queue.length && size + queue[n].size <= MAX_TOGETHER) size += queue[n++].size
    const together = queue.slice(0, n)
    queue = queue.slice(n)
    nWaiting -= size
    return together
  }
  return {
    write: write => new Promise((resolve, reject) => {
      const size = sizeOf(write)
      if (nWaiting > 0 && nWaiting + size > MAX_WAITING) {
        return reject(new MatineeError('ERR_STORE_BUSY', `${nWaiting} events wait to be written, expected at most ${MAX_WAITING}.`))
      }
      nWaiting += size
      queue.push({ write, size, resolve: resolve as (outcome: unknown) => void, reject })
      running ??= drain()
    }),
    idle: async () => running,
  }
}

const sizeOf = (write: Write): number => write.kind === 'append' ? write.events.length : write.kind === 'rules' ? write.rules.size : 1
