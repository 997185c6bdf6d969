// What the routes that read answer.
import { describe, expect, test } from 'vitest'
import { open } from '../../src/folders.ts'
import { saveVersion, startService, temporaryFolder } from './help.ts'

const ids = (list: readonly { readonly item_id: string }[]): string[] => list.map(({ item_id }) => item_id)

describe('GET /recommend', () => {
  test('gives the list that the version gives offline, to the last bit, with titles and attributes', async () => {
    const service = await startService()
    const offline = await open(service.dir)
    for (const userId of offline.users.ids) {
      const { recommendations } = await service.client().recommend({ user_id: userId, n: 7 })
      const expected = offline.recommend(userId, { n: 7 }).recommendations
      expect(recommendations).toEqual(expected.map(({ rank, itemId, title, score, attributes }) => ({ rank, item_id: itemId, title, score, attributes })))
    }
  })

  test('offset goes on where the list before it ended', async () => {
    const client = (await startService()).client()
    const whole = await client.recommend({ user_id: 'u1', n: 10 })
    const rest = await client.recommend({ user_id: 'u1', n: 6, offset: 4 })
    expect(rest.recommendations).toEqual(whole.recommendations.slice(4))
  })

  test('filter, exclude, candidates and include_seen say what may be shown, and a short list says why', async () => {
    const service = await startService()
    const client = service.client()
    const dramas = await client.recommend({ user_id: 'u1', n: 4, filter: ['genres=Drama'] })
    expect(dramas.recommendations.every(({ attributes }) => (attributes.genres as string[]).includes('Drama'))).toBe(true)
    const { recommendations: [first, second] } = await client.recommend({ user_id: 'u1', n: 2 })
    expect(ids((await client.recommend({ user_id: 'u1', n: 2, exclude: [first.item_id] })).recommendations)[0]).toBe(second.item_id)
    expect(ids((await client.recommend({ user_id: 'u1', n: 1, exclude: [`${first.item_id},nothing`] })).recommendations)).toEqual([second.item_id])
    const few = await client.recommend({ user_id: 'u1', n: 5, candidates: [first.item_id, second.item_id] })
    expect(ids(few.recommendations)).toEqual([first.item_id, second.item_id])
    expect(few.reason).toMatch(/^5 items were asked for and 2 can be shown/)
    const all = await client.recommend({ user_id: 'u1', n: 1000, include_seen: true })
    expect(all.recommendations.length).toBe(30)
    expect((await client.recommend({ user_id: 'u1', n: 2, filter: ['genres=Drama', 'year=1973'] })).recommendations.length).toBeLessThan(2)
  })

  test('mmr and cap are the last step, as offline, and a page goes on where the one before it ended', async () => {
    const service = await startService()
    const client = service.client()
    const offline = (await open(service.dir)).recommend('u1', { n: 9, mmr: 0.6, caps: { genres: 3 } }).recommendations
    const asked = { user_id: 'u1', mmr: 0.6, cap: ['genres=3'] }
    const { recommendations } = await client.recommend({ ...asked, n: 9 })
    expect(recommendations).toEqual(offline.map(({ rank, itemId, title, score, attributes }) => ({ rank, item_id: itemId, title, score, attributes })))
    expect(ids(recommendations)).not.toEqual(ids((await client.recommend({ user_id: 'u1', n: 9 })).recommendations))
    for (const offset of [0, 5, 7]) expect((await client.recommend({ ...asked, n: 2, offset })).recommendations).toEqual(recommendations.slice(offset, offset + 2))
    const short = await client.recommend({ user_id: 'u1', n: 5, cap: ['genres=1'] })
    expect(new Set(short.recommendations.map(({ attributes }) => String(attributes.genres))).size).toBe(3)
    expect(short.reason).toMatch(/^5 items were asked for and 3 can be shown: .* left out by rules, filters, caps or the request/)
    expect(await client.recommend({ user_id: 'u1', mmr: 0 })).toEqual(await client.recommend({ user_id: 'u1' }))
    expect((await client.recommend({ user_id: 'nobody', fallback: 'popular', n: 3, cap: ['genres=1'] })).recommendations).toHaveLength(3)
    expect(new Set((await client.similar({ item_id: 'i1', n: 3, cap: ['genres=1'] })).similar.map(({ attributes }) => String(attributes.genres))).size).toBe(3)
    const history = await client.recommendFor({ history: [{ item_id: 'i1' }], n: 3, mmr: 0.5, cap: ['genres=1', 'year=1'] })
    expect(new Set(history.recommendations.map(({ attributes }) => String(attributes.genres))).size).toBe(3)
  })

  test('an mmr or a cap that cannot be is refused', async () => {
    const service = await startService()
    for (const query of ['mmr=1.5', 'mmr=much', 'cap=genres', 'cap=genres=0', 'cap=genres=1&cap=genres=2', 'cap=actors=2']) {
      const response = await service.ask(`/recommend?user_id=u1&${query}`)
      expect([response.status, (await response.json() as { error: { code: string } }).error.code]).toEqual([400, 'invalid_request'])
    }
    expect((await (await service.ask('/recommend?user_id=u1&cap=actors=2')).json() as { error: { message: string } }).error.message).toContain('expected one of genres, year')
  })

  test('contributions sum to the score', async () => {
    const client = (await startService()).client()
    await client.feedback({ user_id: 'u2', item_id: 'i3', rating: 5 })
    for (const userId of ['u1', 'u2']) {
      for (const { score, contributions = [] } of (await client.recommend({ user_id: userId, n: 5, explain: true })).recommendations) {
        expect(contributions.length).toBeGreaterThan(0)
        expect(contributions.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(score, 4)
      }
    }
  })

  test('an unknown user is 404, or with fallback=popular gets the list of most users, marked so', async () => {
    const service = await startService()
    const client = service.client()
    await expect(client.recommend({ user_id: 'nobody' })).rejects.toMatchObject({ status: 404, code: 'unknown_user', message: 'there is no user "nobody".' })
    const { fallback, recommendations } = await client.recommend({ user_id: 'nobody', n: 30, fallback: 'popular' })
    expect(fallback).toBe('popular')
    const offline = await open(service.dir)
    const counts = new Map<string, number>()
    for (const userId of offline.users.ids) for (const { itemId } of offline.history(userId)) counts.set(itemId, (counts.get(itemId) ?? 0) + 1)
    expect(recommendations.map(({ item_id, score }) => [item_id, score])).toEqual(
      [...offline.items.ids].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0)).map(itemId => [itemId, counts.get(itemId)]))
  })
})

describe('POST /recommend', () => {
  test('folds a history in as offline, and lists what the catalogue does not have', async () => {
    const service = await startService()
    const offline = await open(service.dir)
    const history = [{ item_id: 'i1', rating: 5 }, { item_id: 'nothing' }, { item_id: 'i2', weight: 0.5 }]
    const answer = await service.client().recommendFor({ history, n: 5 })
    const expected = offline.recommendFor(history.map(({ item_id, ...rest }) => ({ itemId: item_id, ...rest })), { n: 5 })
    expect(answer.recommendations.map(({ item_id, score }) => [item_id, score])).toEqual(expected.recommendations.map(({ itemId, score }) => [itemId, score]))
    expect(answer).toMatchObject({ user_id: null, unknown_items: ['nothing'] })
  })

  test('of which nothing is known gives the popular list, marked so', async () => {
    const answer = await (await startService()).client().recommendFor({ history: [{ item_id: 'nothing' }], n: 3 })
    expect(answer).toMatchObject({ fallback: 'popular', unknown_items: ['nothing'] })
    expect(answer.recommendations.length).toBe(3)
  })

  test('is refused by a model that cannot, and takes no number in the form of a text', async () => {
    const service = await startService({ model: 'random' })
    await expect(service.client().recommendFor({ history: [{ item_id: 'i1' }] })).rejects.toMatchObject({ status: 422, code: 'not_supported' })
    const send = (body: string): Promise<Response> => service.ask('/recommend', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    expect((await send('{"history":[{"item_id":"i1","rating":"5"}]}')).status).toBe(400)
    expect((await send('{"history":[{"item_id":"i1","rating":null}]}')).status).toBe(400)
    expect((await send('{"history":')).status).toBe(400)
  })
})

describe('what else can be asked', () => {
  test('similar items, items by a part of their title, one item, a history, the model', async () => {
    const service = await startService()
    const client = service.client()
    const offline = await open(service.dir)
    expect(ids((await client.similar({ item_id: 'i3', n: 4 })).similar)).toEqual(offline.similarItems('i3', { n: 4 }).recommendations.map(({ itemId }) => itemId))
    const found = await client.items({ q: 'sTAR 2', n: 3 })
    expect([found.items.length, found.total, found.items.every(({ title }) => title?.startsWith('Star 2'))]).toEqual([3, 11, true])
    expect(await client.item('i3')).toMatchObject({ title: 'Star 3 "é"', attributes: { genres: ['Horror'] }, rule: {} })
    await expect(client.item('nothing')).rejects.toMatchObject({ status: 404, code: 'unknown_item' })
    await expect(client.similar({ item_id: 'nothing' })).rejects.toMatchObject({ status: 404, code: 'unknown_item' })
    const { history, total } = await client.userHistory('u1', { n: 3 })
    expect([history.length, total, history[0].source]).toEqual([3, offline.history('u1').length, 'version'])
    expect(await client.model()).toMatchObject({ version: service.version, model: 'als', users: 40, items: 30, can: { similar: true } })
    expect(await client.healthz()).toEqual({ status: 'ok' })
    expect(await client.readyz()).toEqual({ status: 'ok', version: service.version })
    expect(await client.metrics()).toMatch(/^matinee_http_seconds_bucket\{le="0.001",route="\/similar",method="GET"\} \d/m)
  })

  test('what is answered 404 is counted and logged as that, also where there is no such route', async () => {
    const service = await startService()
    for (const path of ['/nothing', '/items/nothing']) expect((await service.ask(path)).status).toBe(404)
    const counted = await service.client().metrics()
    for (const labels of ['route="unknown",method="any",status="404"', 'route="/items/:item_id",method="GET",status="404"']) {
      expect(counted).toContain(`matinee_http_answers_total{${labels}} 1`)
    }
    await service.close()
    expect(service.log.join('')).toMatch(/"route":"unknown","method":"any","status":404,/)
  })

  test('a long answer is compressed for who asks for that, a short one is not', async () => {
    const service = await startService()
    const encoding = async (path: string): Promise<string | null> => {
      const answer = await service.ask(path, { headers: { 'accept-encoding': 'gzip' } })
      await answer.bytes() // who does not read to the end keeps the service from ending
      return answer.headers.get('content-encoding')
    }
    expect(await encoding('/openapi.json')).toBe('gzip')
    expect(await encoding('/healthz')).toBe(null)
  })

  test('no user id stands in the log, unless it is asked for', async () => {
    const dir = temporaryFolder()
    await saveVersion(dir)
    for (const logUrls of [false, true]) {
      const service = await startService({ dir, logUrls })
      await service.ask('/recommend?user_id=u17')
      await service.ask('/recommend?user_id=u17x')
      await service.ask('/users/u17/history')
      await service.ask('/users/u17/nothing')
      await service.close()
      expect(service.log.join('').includes('u17')).toBe(logUrls)
      expect(service.log.join('')).toContain('"route":"/recommend"')
    }
  })
})
