// A store over something that keeps its tables: the same checks, the same queue and the same hashes for every kind.
import { createHmac } from 'node:crypto'
import { MatineeError } from '@matinee/core'
import { checkApiKey, checkEvents, checkRules, checkUndo, checkUserId } from './checks.ts'
import type { Store } from './contract.ts'
import { groupCommit } from './group-commit.ts'
import type { Answer, ReadArguments, ReadName } from './reads.ts'
import type { Head, StoreKind } from './schema.ts'
import type { Write } from './writes.ts'

/** What keeps the tables. */
export interface Backend {
  readonly kind: StoreKind
  readonly head: Head
  /** All or none; resolves when they are on the disk. */
  commit(writes: readonly Write[]): Promise<readonly unknown[]>
  read<Name extends ReadName>(name: Name, ...args: ReadArguments<Name>): Promise<Answer<Name>>
  sizeBytes(): Promise<number>
  close(): Promise<void>
}

/** now: the server's clock, milliseconds since 1970. */
export function storeOver(backend: Backend, now: () => number): Store {
  const { kind, head } = backend
  const secret = Buffer.from(head.secret, 'hex')
  const queue = groupCommit(writes => backend.commit(writes))
  let closing: Promise<void> | undefined
  const open = (): void => {
    if (closing) throw new MatineeError('ERR_STORE', 'the store was closed by this process.')
  }
  const hashOf = (userId: string): string => createHmac('sha256', secret).update(userId).digest('hex')
  const read = async <Name extends ReadName>(name: Name, ...args: ReadArguments<Name>): Promise<Answer<Name>> => {
    open()
    return backend.read(name, ...args)
  }
  return {
    kind,
    hashOf,
    async append(events) {
      open()
      checkEvents(events)
      const receivedAt = now()
      return queue.write<'append'>({ kind: 'append', events: events.map(event => ({ ...event, receivedAt })) })
    },
    async undo(which) {
      open()
      checkUndo(which)
      return queue.write<'undo'>({ kind: 'undo', which })
    },
    async setItemRules(rules) {
      open()
      checkRules(rules)
      await queue.write<'rules'>({ kind: 'rules', rules: new Map(rules) })
    },
    async eraseUser(userId) {
      open()
      checkUserId(userId)
      return queue.write<'erase'>({ kind: 'erase', userId, userHash: hashOf(userId) })
    },
    async addApiKey(key) {
      open()
      checkApiKey(key)
      if (!await queue.write<'addKey'>({ kind: 'addKey', key })) {
        throw new MatineeError('ERR_OPTION', `there is an API key called ${JSON.stringify(key.name)} already, expected another name.`)
      }
    },
    async removeApiKey(name) {
      open()
      return queue.write<'removeKey'>({ kind: 'removeKey', name })
    },
    erasedUsers: () => read('erasedUsers'),
    changesAfter: (sequence, limit) => read('changesAfter', sequence, limit),
    async eventsOf(userId) {
      checkUserId(userId)
      return read('eventsOf', userId)
    },
    apiKeys: () => read('apiKeys'),
    stats: async () => ({ kind, schemaVersion: head.schemaVersion, ...await read('counts'), sizeBytes: await backend.sizeBytes() }),
    close: () => closing ??= queue.idle().then(() => backend.close()),
  }
}
