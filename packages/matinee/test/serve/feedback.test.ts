// What users do, what is decided about items, who is forgotten: in force at the next answer, and after a restart.
import { describe, expect, test } from 'vitest'
import { open } from '../../src/folders.ts'
import { openStore } from '../../src/store/index.ts'
import { saveVersion, startService, temporaryFolder, until } from './help.ts'

const ids = (list: readonly { readonly item_id: string }[]): string[] => list.map(({ item_id }) => item_id)

describe('feedback', () => {
  test('counts in the user\'s next list, which is that of the whole history folded in', async () => {
    const service = await startService()
    const client = service.client()
    const offline = await open(service.dir)
    const [best] = (await client.recommend({ user_id: 'u1', n: 1 })).recommendations
    const { stored, events: [{ sequence }] } = await client.feedback({ user_id: 'u1', item_id: best.item_id, rating: 5 })
    expect([stored, sequence]).toEqual([1, 1])
    const after = await client.recommend({ user_id: 'u1', n: 5 })
    const history = [...offline.history('u1').map(({ itemId, weight }) => ({ itemId, weight })), { itemId: best.item_id, rating: 5 }]
    expect(after.reflects_feedback).toBe(true)
    expect(after.recommendations.map(({ item_id, score }) => [item_id, score])).toEqual(
      offline.recommendFor(history, { n: 5 }).recommendations.map(({ itemId, score }) => [itemId, score]))
    const undone = await client.undoFeedback({ user_id: 'u1', sequence })
    expect(undone).toMatchObject({ undone: { item_id: best.item_id }, in_force: 'now' })
    expect((await client.recommend({ user_id: 'u1', n: 1 })).recommendations).toEqual([best])
    await expect(client.undoFeedback({ user_id: 'u1', sequence })).rejects.toMatchObject({ status: 404, code: 'unknown_event' })
  })

  test('makes a list for somebody the version does not know', async () => {
    const client = (await startService()).client()
    await client.feedback({ user_id: 'new', item_id: 'nothing' })
    await expect(client.recommend({ user_id: 'new' })).rejects.toMatchObject({ code: 'unknown_user' })
    await client.feedback({ events: [{ user_id: 'new', item_id: 'i1' }, { user_id: 'new', item_id: 'i2' }] })
    const { recommendations } = await client.recommend({ user_id: 'new', n: 5 })
    expect(recommendations.length).toBe(5)
    expect(ids(recommendations)).not.toContain('i1')
    expect((await client.userHistory('new')).history.map(({ item_id, source }) => [item_id, source])).toEqual([['nothing', 'feedback'], ['i1', 'feedback'], ['i2', 'feedback']])
  })

  test('of a model that cannot count it takes the item out of the list, and the answer says so', async () => {
    const client = (await startService({ model: 'random' })).client()
    const [best, second] = (await client.recommend({ user_id: 'u1', n: 2 })).recommendations
    await client.feedback({ user_id: 'u1', item_id: best.item_id })
    const after = await client.recommend({ user_id: 'u1', n: 1 })
    expect([after.reflects_feedback, after.recommendations[0].item_id]).toEqual([false, second.item_id])
  })

  test('with a key that was there is no second event, and all of a request are stored or none', async () => {
    const client = (await startService()).client()
    const event = { user_id: 'u1', item_id: 'i1', key: 'k' }
    expect(await client.feedback({ events: [event, event] })).toMatchObject({ stored: 1, duplicates: 1 })
    expect(await client.feedback(event)).toMatchObject({ stored: 0, duplicates: 1 })
    await expect(client.feedback({ events: [{ user_id: 'u1', item_id: 'i2' }, { user_id: 'u1', item_id: 'i2', rating: -1 }] })).rejects.toMatchObject({ status: 400 })
    await expect(client.feedback({ user_id: 'u1', item_id: 'i2', rating: 1, weight: 1 })).rejects.toMatchObject({ status: 400 })
    expect((await client.userHistory('u1', { n: 1000 })).history.filter(({ source }) => source === 'feedback').length).toBe(1)
  })

  test('of two services that share a store reaches the other', async () => {
    const dir = temporaryFolder()
    await saveVersion(dir)
    const [a, b] = [await startService({ dir }), await startService({ dir })]
    await a.client().feedback({ user_id: 'u1', item_id: 'i7', rating: 5 })
    await a.client().patchItem('i3', { state: 'sold_out' })
    await until(async () => (await b.client().recommend({ user_id: 'u1' })).reflects_feedback === true)
    expect(await b.client().item('i3')).toMatchObject({ rule: { state: 'sold_out' } })
  })
})

describe('rules', () => {
  test('sold-out, retired and blocked items are not shown, pinned ones first, boosted ones where their scores put them', async () => {
    const service = await startService()
    const client = service.client()
    const before = (await client.recommend({ user_id: 'u1', n: 8 })).recommendations
    const [a, b, c, d, e, f] = ids(before)
    await client.patchItem(a, { state: 'sold_out' })
    await client.patchItem(b, { state: 'retired' })
    await client.putList('block', { item_ids: [c, 'nothing'] })
    expect(ids((await client.recommend({ user_id: 'u1', n: 3 })).recommendations)).toEqual([d, e, f])
    await client.patchItem(f, { pinned: 1 })
    await client.patchItem(e, { pinned: 2 })
    const pinned = await client.recommend({ user_id: 'u1', n: 3 })
    expect(pinned.recommendations.map(({ item_id, rank }) => [item_id, rank])).toEqual([[f, 1], [e, 2], [d, 3]])
    expect(ids((await client.recommend({ user_id: 'u1', n: 2, offset: 1 })).recommendations)).toEqual([e, d])
    await client.patchItem(f, { pinned: null, boost: 100 })
    await client.patchItem(e, { pinned: null })
    const boosted = (await client.recommend({ user_id: 'u1', n: 2 })).recommendations
    expect(boosted.map(({ item_id, score }) => [item_id, score])).toEqual([[f, 100 * before[5].score], [d, before[3].score]])
    expect(ids((await client.similar({ item_id: 'i1', n: 29 })).similar)).not.toContain(a)
    expect(await client.list('block')).toEqual({ list: 'block', item_ids: [c, 'nothing'], unknown_items: ['nothing'] })
    await service.close()
    const again = (await startService({ dir: service.dir })).client()
    expect((await again.recommend({ user_id: 'u1', n: 2 })).recommendations).toEqual(boosted)
  })

  test('mmr and caps come after the rules: pinned items stand and count, boosted ones are candidates with their new scores', async () => {
    const client = (await startService()).client()
    const genre = ({ attributes }: { readonly attributes: Readonly<Record<string, unknown>> }): string => String(attributes.genres)
    const before = (await client.recommend({ user_id: 'u1', n: 15 })).recommendations
    const pinned = before.filter(place => genre(place) === genre(before[0])).slice(-2)
    const boosted = before.filter(place => genre(place) !== genre(before[0])).at(-1) as typeof before[number]
    await client.patchItem(pinned[0].item_id, { pinned: 1 })
    await client.patchItem(pinned[1].item_id, { pinned: 2 })
    await client.patchItem(boosted.item_id, { boost: 1000 })
    const asked = { user_id: 'u1', cap: ['genres=2'] }
    const { recommendations, reason } = await client.recommend({ ...asked, n: 9 })
    const ruled = (await client.recommend({ user_id: 'u1', n: 15 })).recommendations.slice(2)
    const others = ruled.filter(place => genre(place) !== genre(before[0]) && ruled.filter(other => genre(other) === genre(place)).indexOf(place) < 2)
    expect(ids(recommendations)).toEqual([...ids(pinned), ...ids(others)])
    expect(recommendations[2]).toMatchObject({ item_id: boosted.item_id, rank: 3, score: expect.closeTo(1000 * boosted.score, 2) })
    expect(reason).toContain('9 items were asked for and 6 can be shown')
    for (const mmr of [0, 0.7]) {
      const whole = (await client.recommend({ ...asked, n: 6, mmr })).recommendations
      for (const offset of [1, 3]) expect((await client.recommend({ ...asked, n: 2, offset, mmr })).recommendations).toEqual(whole.slice(offset, offset + 2))
    }
    expect(ids((await client.recommend({ user_id: 'u1', n: 3, mmr: 1 })).recommendations).slice(0, 2)).toEqual(ids(pinned))
  })

  test('where anything is included, only that is shown; the lists are replaced as wholes', async () => {
    const client = (await startService()).client()
    const [a, b, c] = ids((await client.recommend({ user_id: 'u1', n: 3 })).recommendations)
    await client.putList('include', { item_ids: [c, b] })
    const included = await client.recommend({ user_id: 'u1', n: 3 })
    expect([ids(included.recommendations), included.reason]).toEqual([[b, c], expect.stringContaining('2 can be shown')])
    await client.putList('include', { item_ids: [] })
    expect(ids((await client.recommend({ user_id: 'u1', n: 1 })).recommendations)).toEqual([a])
    await expect(client.patchItem('nothing', { boost: 2 })).rejects.toMatchObject({ status: 404, code: 'unknown_item' })
    expect((await client.item(c)).rule).toEqual({})
  })

  test('that are changed at once are all kept', async () => {
    const client = (await startService()).client()
    await Promise.all([client.patchItem('i1', { boost: 2 }), client.patchItem('i1', { pinned: 3 }), client.patchItem('i1', { list: 'include' })])
    expect((await client.item('i1')).rule).toEqual({ boost: 2, pinned: 3, list: 'include' })
  })
})

describe('a user who is erased', () => {
  test('is unknown at once, here, in another service and after a restart; what comes later is somebody new\'s', async () => {
    const service = await startService()
    const other = await startService({ dir: service.dir })
    const client = service.client()
    await client.feedback({ user_id: 'u1', item_id: 'i1' })
    expect(await client.eraseUser('u1')).toMatchObject({ erased: true })
    const gone = { status: 404, code: 'unknown_user' }
    await expect(client.recommend({ user_id: 'u1' })).rejects.toMatchObject(gone)
    await expect(client.userHistory('u1')).rejects.toMatchObject(gone)
    expect((await client.recommend({ user_id: 'u2' })).recommendations.length).toBe(10)
    await until(async () => await other.client().recommend({ user_id: 'u1' }).then(() => false, ({ code }: { code: string }) => code === 'unknown_user'))
    await service.close()
    const again = (await startService({ dir: service.dir })).client()
    await expect(again.recommend({ user_id: 'u1' })).rejects.toMatchObject(gone)
    await again.feedback({ user_id: 'u1', item_id: 'i4' })
    expect((await again.userHistory('u1')).history.map(({ item_id }) => item_id)).toEqual(['i4'])
    expect((await again.recommend({ user_id: 'u1' })).reflects_feedback).toBe(true)
  })

  test('is erased from the versions by a process, which is tried again after a start if it failed', async () => {
    const failing = [process.execPath, '-e', 'console.error("no"); process.exit(3)', '--']
    const service = await startService({ commandLine: failing })
    const admin = service.client({ key: service.madeKey })
    await admin.eraseUser('u1')
    await until(async () => (await admin.status()).jobs[0].state !== 'running')
    expect(await admin.status()).toMatchObject({ jobs: [{ kind: 'erase', state: 'failed', exit_code: 3, output: ['no'] }], feedback: { erasure_pending: true } })
    await service.close()
    const again = await startService({ dir: service.dir })
    await until(async () => (await again.client({ key: service.madeKey }).status()).jobs[0]?.state === 'done')
    expect(await again.client({ key: service.madeKey }).status()).toMatchObject({ jobs: [{ kind: 'erase', output: ['erase'] }], feedback: { erasure_pending: false } })
  })
})

test('a store that does not answer is an error to the client, and nothing is kept of the event', async () => {
  const dir = temporaryFolder()
  await saveVersion(dir)
  const store = await openStore(`${dir}/feedback.sqlite`)
  const service = await startService({ dir, store })
  await service.client().feedback({ user_id: 'u1', item_id: 'i1' })
  await store.close() // as if its disk or server were gone
  await expect(service.client().feedback({ user_id: 'u1', item_id: 'i2' })).rejects.toMatchObject({ status: 503, code: 'store_unavailable', retryAfter: 2 })
  await expect(service.client().patchItem('i2', { boost: 2 })).rejects.toMatchObject({ status: 503, code: 'store_unavailable' })
  expect((await service.client().userHistory('u1', { n: 1000 })).history.filter(({ source }) => source === 'feedback').length).toBe(1)
  expect((await service.client().recommend({ user_id: 'u1' })).recommendations.length).toBe(10)
})

test('feedback beyond what may wait for the disk is refused', async () => {
  const service = await startService({ mostWaiting: 2 })
  const event = { user_id: 'u1', item_id: 'i1' }
  await expect(service.client().feedback({ events: [event, event, event] })).rejects.toMatchObject({ status: 503, code: 'overloaded', retryAfter: 1 })
  expect(await service.client().feedback({ events: [event, event] })).toMatchObject({ stored: 2 })
})
