// What every kind of store must do. Run on SQLite by npm test and on PostgreSQL by the integration tests.
import { createHash } from 'node:crypto'
import { MatineeError, type ErrorCode } from '@matinee/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Appended, Change, FeedbackEvent, ItemRule, Store, Undo } from '../../src/store/index.ts'
import { openStore } from '../../src/store/index.ts'
import { event } from './event.ts'

/** The code of the MatineeError that `work` throws; anything else fails the test. */
export async function codeOf(work: Promise<unknown>): Promise<ErrorCode> {
  const error = await work.then(() => undefined, (thrown: unknown) => thrown)
  if (!(error instanceof MatineeError)) throw new Error(`expected a MatineeError, got ${String(error)}`, { cause: error })
  return error.code
}

/** newUrl: of a store that is not there yet, another one at each call. */
export function storeContract(name: string, newUrl: () => Promise<string>): void {
  describe(name, () => {
    let url = ''
    let store: Store
    let clock = 1_700_000_000_000
    const open = () => openStore(url, { now: () => clock++ })
    const numbers = (appended: readonly Appended[]) => appended.map(({ sequence }) => sequence)
    const log = (changes: readonly Change[]) => changes.map(change => {
      if (change.kind === 'event') return `${change.sequence} ${change.event.userId} ${change.event.itemId}`
      if (change.kind === 'undo') return `${change.sequence} undo ${change.undone} ${change.userId}`
      return change.kind === 'erase' ? `${change.sequence} erase` : `${change.sequence} rule ${change.itemId}`
    })
    beforeEach(async () => {
      url = await newUrl()
      clock = 1_700_000_000_000
      store = await open()
    })
    afterEach(() => store.close())

    test('events come back as they were told, with both clocks, after the store was closed and opened', async () => {
      const told = [
        event('ü', '50', { rating: 4.1, timestamp: 881250949.25 }), event('ü', '51', { weight: 1e-300 }), event('ü', '52'),
        event('🎬', 'x'.repeat(256), { type: 'buy', key: 'order 7', timestamp: -1 }),
      ]
      expect(await store.append(told)).toEqual([1, 2, 3, 4].map(sequence => ({ sequence, duplicate: false })))
      await store.close()
      store = await open()
      const expected = told.map((one, at) => ({ ...one, sequence: at + 1, receivedAt: 1_700_000_000_000 }))
      expect(await store.eventsOf('ü')).toEqual(expected.slice(0, 3))
      expect(await store.eventsOf('🎬')).toEqual(expected.slice(3))
      expect(await store.eventsOf('nobody')).toEqual([])
      expect(await store.changesAfter(0, 10)).toEqual(expected.map(one => ({ sequence: one.sequence, kind: 'event', event: one })))
    })

    test('the same user and key again is the same event: inside a batch, in calls at once, after a restart', async () => {
      const first = await store.append([event('u', '1', { key: 'a' }), event('u', '2', { key: 'a' }), event('v', '1', { key: 'a' })])
      expect(first).toEqual([{ sequence: 1, duplicate: false }, { sequence: 1, duplicate: true }, { sequence: 2, duplicate: false }])
      const atOnce = (await Promise.all(Array.from({ length: 20 }, () => store.append([event('u', '3', { key: 'b' })])))).flat()
      expect(atOnce.filter(({ duplicate }) => !duplicate)).toHaveLength(1)
      expect(new Set(numbers(atOnce))).toEqual(new Set([3]))
      await store.close()
      store = await open()
      expect(await store.append([event('u', '9', { key: 'b' }), event('u', '9')])).toEqual([{ sequence: 3, duplicate: true }, { sequence: 4, duplicate: false }])
      expect((await store.eventsOf('u')).map(({ itemId }) => itemId)).toEqual(['1', '3', '9'])
    })

    test('two stores on one place give each key one event and each event a number of its own, visible in order', async () => {
      const other = await open()
      const seen: number[] = []
      let over = false
      const following = (async () => {
        for (let last = 0, isLast = false; ; isLast = over) {
          const changes = await store.changesAfter(last, 7)
          for (const { sequence } of changes) seen.push(last = sequence)
          if (isLast && changes.length === 0) return
        }
      })()
      const all = await Promise.all(Array.from({ length: 60 }, async (_, at) => {
        await new Promise(resolve => setTimeout(resolve, at % 5))
        return (at % 2 === 0 ? store : other).append([event('u', String(at)), event('w', '1', { key: `k${at >> 1}` })])
      }))
      over = true
      await following
      const fresh = all.flat().filter(({ duplicate }) => !duplicate)
      expect(fresh).toHaveLength(60 + 30)
      expect(numbers(fresh).sort((a, b) => a - b)).toEqual(Array.from({ length: 90 }, (_, at) => at + 1))
      expect(seen).toEqual(Array.from({ length: 90 }, (_, at) => at + 1))
      await other.close()
    })

    test('an event is taken back once: by number, by key, or the latest for an item', async () => {
      await store.append([event('u', '1'), event('u', '1', { type: 'buy' }), event('u', '1'), event('u', '2', { key: 'k' }), event('v', '1')])
      const undo = async (which: Undo) => (await store.undo(which))?.sequence
      expect(await undo({ userId: 'v', sequence: 1 })).toBeUndefined()
      expect(await undo({ userId: 'u', sequence: 1 })).toBe(1)
      expect(await undo({ userId: 'u', sequence: 1 })).toBeUndefined()
      expect(await undo({ userId: 'u', itemId: '1', type: 'buy' })).toBe(2)
      expect(await undo({ userId: 'u', itemId: '1' })).toBe(3)
      expect(await undo({ userId: 'u', itemId: '1' })).toBeUndefined()
      expect(await store.undo({ userId: 'u', key: 'k' })).toMatchObject({ sequence: 4, itemId: '2', key: 'k' })
      expect(log(await store.changesAfter(0, 100))).toEqual(['5 v 1', '6 undo 1 u', '7 undo 2 u', '8 undo 3 u', '9 undo 4 u'])
      expect(log(await store.changesAfter(6, 2))).toEqual(['7 undo 2 u', '8 undo 3 u'])
      // its key is still known: a late repetition does not bring it back
      expect(await store.append([event('u', '2', { key: 'k' })])).toEqual([{ sequence: 4, duplicate: true }])
      expect(await store.eventsOf('u')).toEqual([])
      expect(await store.stats()).toMatchObject({ events: 1, users: 1, lastSequence: 9 })
    })

    test('rules of items: the last one holds, null takes it away, and who follows sees each', async () => {
      const rule: ItemRule = { state: 'sold_out', pinned: 1, boost: 1.5, list: 'include' }
      await store.setItemRules(new Map([['1', rule], ['2', { list: 'block' }]]))
      await store.setItemRules(new Map<string, ItemRule | null>([['2', null], ['3', {}]]))
      expect(await store.changesAfter(0, 9)).toEqual([
        { sequence: 1, kind: 'rule', itemId: '1', rule }, { sequence: 3, kind: 'rule', itemId: '2', rule: null }, { sequence: 4, kind: 'rule', itemId: '3', rule: {} },
      ])
      expect((await store.stats()).rules).toBe(2)
    })

    test('an erased user is gone, known by a hash only; what comes afterwards is of somebody new', async () => {
      await store.append([event('u', '1', { key: 'k' }), event('v', '1'), event('u', '2')])
      await store.undo({ userId: 'u', itemId: '2' })
      expect(await store.eraseUser('u')).toBe(5)
      expect(await store.eventsOf('u')).toEqual([])
      expect(log(await store.changesAfter(0, 9))).toEqual(['2 v 1', '5 erase'])
      const hash = store.hashOf('u')
      expect(await store.erasedUsers()).toEqual(new Map([[hash, 5]]))
      expect(await store.append([event('u', '3', { key: 'k' })])).toEqual([{ sequence: 6, duplicate: false }])
      expect((await store.eventsOf('u')).map(({ itemId }) => itemId)).toEqual(['3'])
      expect(await store.eraseUser('u')).toBe(7)
      await store.close()
      store = await open()
      expect(await store.erasedUsers()).toEqual(new Map([[hash, 7]]))
      expect(await store.stats()).toMatchObject({ events: 1, erasedUsers: 1, lastSequence: 7 })
    })

    test('hashes are keyed by a secret of the store: 64 hexadecimal digits, others in another store', async () => {
      const hash = store.hashOf('u')
      expect(hash).toMatch(/^[0-9a-f]{64}$/)
      expect(hash).not.toBe(createHash('sha256').update('u').digest('hex'))
      const same = await open()
      expect(same.hashOf('u')).toBe(hash)
      await same.close()
      const other = await openStore(await newUrl())
      expect(other.hashOf('u')).not.toBe(hash)
      await other.close()
    })

    test('writes of one turn keep their order, whatever their kind', async () => {
      await Promise.all([
        store.append([event('u', '1')]), store.eraseUser('u'), store.append([event('u', '2')]), store.append([event('v', '2')]),
        store.setItemRules(new Map([['1', {}]])), store.undo({ userId: 'v', itemId: '2' }),
      ])
      expect(log(await store.changesAfter(0, 9))).toEqual(['2 erase', '3 u 2', '5 rule 1', '6 undo 4 v'])
    })

    test('a thousand events in a call; a follower that takes few at a time meets each once', async () => {
      const many = Array.from({ length: 1000 }, (_, at) => event(`u${at % 10}`, String(at), at % 2 === 0 ? { key: String(at) } : {}))
      await store.append(many)
      expect((await store.append(many)).filter(({ duplicate }) => duplicate)).toHaveLength(500)
      const seen: number[] = []
      for (let last = 0, changes = await store.changesAfter(last, 300); changes.length > 0; changes = await store.changesAfter(last, 300)) {
        for (const { sequence } of changes) seen.push(last = sequence)
      }
      expect(seen).toEqual(Array.from({ length: 1500 }, (_, at) => at + 1))
      expect(await store.append([])).toEqual([])
    })

    test('API keys by name', async () => {
      const key = { name: 'site', scope: 'write', hash: 'ab'.repeat(32), createdAt: 5 } as const
      await store.addApiKey(key)
      expect(await codeOf(store.addApiKey({ ...key, scope: 'admin' }))).toBe('ERR_OPTION')
      expect(await store.apiKeys()).toEqual([key])
      expect(await store.removeApiKey('site')).toBe(true)
      expect(await store.removeApiKey('site')).toBe(false)
      expect(await codeOf(store.addApiKey({ ...key, hash: 'the key itself' }))).toBe('ERR_OPTION')
      expect(await store.apiKeys()).toEqual([])
    })

    test('what cannot be kept is refused whole, and what stands beside it is not harmed', async () => {
      const bad: Partial<FeedbackEvent>[] = [
        { userId: '' }, { userId: 'x'.repeat(257) }, { userId: 'a\0b' }, { itemId: '\ud800' }, { type: '' }, { type: 'x'.repeat(65) }, { key: '' },
        { key: 'x'.repeat(129) }, { rating: 0 }, { rating: Number.NaN }, { weight: Infinity }, { rating: 1, weight: 1 }, { timestamp: Number.NaN },
      ]
      for (const fields of bad) expect(await codeOf(store.append([event('u', '1'), event('u', '1', fields)])), JSON.stringify(fields)).toBe('ERR_EVENT')
      const [, undone, rule, erased] = await Promise.all([
        store.append([event('u', '1')]), codeOf(store.undo({ userId: 'u', key: '\0' })),
        codeOf(store.setItemRules(new Map([['1', { boost: 0 }]]))), codeOf(store.eraseUser('\0')),
      ])
      expect([undone, rule, erased]).toEqual(['ERR_OPTION', 'ERR_OPTION', 'ERR_OPTION'])
      expect(log(await store.changesAfter(0, 9))).toEqual(['1 u 1'])
    })

    test('stats, and a closed store', async () => {
      expect(await store.stats()).toMatchObject({ schemaVersion: 1, events: 0, users: 0, items: 0, rules: 0, erasedUsers: 0, lastSequence: 0 })
      const writing = store.append([event('u', '1'), event('v', '1'), event('v', '2')])
      const closing = store.close()
      expect(numbers(await writing)).toEqual([1, 2, 3])
      await closing
      expect(await codeOf(store.append([event('u', '1')]))).toBe('ERR_STORE')
      expect(await codeOf(store.changesAfter(0, 1))).toBe('ERR_STORE')
      store = await open()
      const { sizeBytes, ...stats } = await store.stats()
      expect(stats).toEqual({ kind: store.kind, schemaVersion: 1, events: 3, users: 2, items: 2, rules: 0, erasedUsers: 0, lastSequence: 3 })
      expect(sizeBytes).toBeGreaterThan(1000)
    })

    test('many that open a new place at once make one store', async () => {
      url = await newUrl()
      const opened = await Promise.all(Array.from({ length: 5 }, open))
      expect(new Set(opened.map(one => one.hashOf('u'))).size).toBe(1)
      await Promise.all(opened.map(one => one.append([event('u', '1', { key: 'k' }), event('u', '2')])))
      expect(await opened[0].stats()).toMatchObject({ events: 6, lastSequence: 6 })
      await Promise.all(opened.map(one => one.close()))
    })
  })
}
