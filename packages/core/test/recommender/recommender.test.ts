import { describe, expect, test } from 'vitest'
import { seededRandom, type TimedPhase } from '../../src/base/index.ts'
import { diversifyList, evaluate, fit, open, Recommender, save, type RecommendOptions } from '../../src/recommender/index.ts'

// two tastes: even users have even items, odd users odd ones, of 40
const { uniform, below } = seededRandom(12)
const events = Array.from({ length: 1500 }, (_, at) => {
  const user = below(50)
  const item = 2 * below(20) + (uniform() < 0.9 ? user % 2 : 1 - (user % 2))
  return { userId: `u${user}`, itemId: `i${item}`, rating: 3 + below(3), timestamp: at }
})
const items = Array.from({ length: 40 }, (_, item) => ({ itemId: `i${item}`, title: `Title ${item}`, parity: item % 2 === 0 ? 'even' : 'odd', tags: [`t${item % 3}`] }))
const options = { factors: 4, iterations: 8, items, threads: 1 }
let fitted: Promise<Recommender> | undefined
const recommender = (): Promise<Recommender> => fitted ??= fit(events, options)
const had = (userId: string): Set<string> => new Set(events.filter(event => event.userId === userId).map(event => event.itemId))

describe('recommend', () => {
  test('gives exactly n items that the user has not had, best first, with title and attributes', async () => {
    const { recommendations, reason } = (await recommender()).recommend('u4', { n: 5 })
    expect(reason).toBeUndefined()
    expect(recommendations.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5])
    for (const { itemId, title, attributes } of recommendations) {
      expect(had('u4')).not.toContain(itemId)
      expect(title).toBe(`Title ${itemId.slice(1)}`)
      expect(attributes).toEqual({ parity: Number(itemId.slice(1)) % 2 === 0 ? 'even' : 'odd', tags: [`t${Number(itemId.slice(1)) % 3}`] })
    }
    const scores = recommendations.map(({ score }) => score)
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
  })

  test('finds the tastes: for four users of five or more the first item is of their own kind', async () => {
    const model = await recommender()
    const right = Array.from({ length: 50 }, (_, user) => model.recommend(`u${user}`, { n: 1 }).recommendations[0])
      .filter(({ attributes }, user) => attributes.parity === (user % 2 === 0 ? 'even' : 'odd'))
    expect(right.length).toBeGreaterThanOrEqual(40)
  })

  test('exclude, allow and filter are applied before the list is cut', async () => {
    const model = await recommender()
    const first = model.recommend('u4', { n: 3 }).recommendations.map(({ itemId }) => itemId)
    expect(model.recommend('u4', { n: 2, exclude: [first[0], 'not an item'] }).recommendations.map(({ itemId }) => itemId)).toEqual(first.slice(1))
    expect(model.recommend('u4', { n: 2, allow: [first[2], first[1]] }).recommendations.map(({ itemId }) => itemId)).toEqual([first[1], first[2]])
    const odd = model.recommend('u4', { n: 4, filter: ({ attributes }) => attributes.parity === 'odd' }).recommendations
    expect(odd).toHaveLength(4)
    expect(odd.every(({ attributes }) => attributes.parity === 'odd')).toBe(true)
  })

  test('fewer than n come with a reason', async () => {
    const { recommendations, reason } = (await recommender()).recommend('u4', { n: 100 })
    expect(recommendations).toHaveLength(40 - had('u4').size)
    expect(reason).toBe(`100 items were asked for and ${recommendations.length} may be shown: of 40 items, ${had('u4').size} are excluded or known already, 0 have no score, and the rest does not pass the filters.`)
  })

  test('includeSeen shows what the user has had as well', async () => {
    expect((await recommender()).recommend('u4', { n: 40, includeSeen: true }).recommendations).toHaveLength(40)
  })

  test('an unknown user is refused with the nearest ids, an n that is none with its value', async () => {
    const model = await recommender()
    expect(() => model.recommend('u444')).toThrow(/ERR_UNKNOWN_USER: there is no user "u444" among 50; the nearest ids are u44, /)
    expect(() => model.recommend('u4', { n: 0 })).toThrow(/ERR_OPTION: n is 0, expected an integer ≥ 1/)
    expect(() => model.recommend('u4', { n: 1.5 })).toThrow(/ERR_OPTION/)
  })
})

describe('recommendAll', () => {
  const all = async (model: Recommender, given: Parameters<Recommender['recommendAll']>[0]) => {
    const lists = []
    for await (const list of model.recommendAll(given)) lists.push(list)
    return lists
  }
  const once = function* <Value>(...values: Value[]): Generator<Value> { yield* values }

  test.each(['als', 'popularity'])('gives everybody what recommend gives (%s)', async name => {
    const model = name === 'als' ? await recommender() : await fit(events, { model: name, items })
    const filter = ({ attributes }: { attributes: Readonly<Record<string, unknown>> }): boolean => attributes.parity === 'odd'
    for (const given of [{}, { n: 3 }, { n: 100 }, { n: 4, filter }, { n: 5, exclude: ['i3', 'i4'] }, { n: 30, includeSeen: true }, { n: 2, allow: ['i7', 'i8', 'i9'], filter }, { n: 6, mmr: 0.4 }, { n: 6, caps: { tags: 2 }, filter }, { n: 40, mmr: 1, caps: { tags: 7 } }]) {
      expect(await all(model, { ...given, threads: 2 })).toEqual(model.users.ids.map(userId => ({ userId, ...model.recommend(userId, given) })))
    }
  })

  test('gives the users named, in their order, from ids that can be read once', async () => {
    const model = await recommender()
    const lists = await all(model, { n: 2, users: once('u9', 'u4', 'u9'), exclude: once('i1'), allow: once('i1', 'i2', 'i5', 'i6') })
    expect(lists.map(({ userId }) => userId)).toEqual(['u9', 'u4', 'u9'])
    expect(lists[1]).toEqual({ userId: 'u4', ...model.recommend('u4', { n: 2, exclude: once('i1'), allow: once('i1', 'i2', 'i5', 'i6') }) })
    await expect(all(model, { users: ['nobody'] })).rejects.toMatchObject({ code: 'ERR_UNKNOWN_USER' })
    await expect(all(model, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  })
})

describe('mmr and caps', () => {
  const ids = ({ recommendations }: { readonly recommendations: readonly { readonly itemId: string }[] }): string[] => recommendations.map(({ itemId }) => itemId)

  test('come last: what they choose from has passed everything else, and scores and ranks are those of the places', async () => {
    const model = await recommender()
    const filter = ({ attributes }: { attributes: Readonly<Record<string, unknown>> }): boolean => attributes.parity === 'odd'
    const plain = model.recommend('u4', { n: 40, filter }).recommendations
    const { recommendations } = model.recommend('u4', { n: 6, filter, caps: { tags: 2 }, mmr: 0.5 })
    expect(recommendations.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6])
    for (const place of recommendations) expect(plain).toContainEqual({ ...place, rank: plain.findIndex(({ itemId }) => itemId === place.itemId) + 1 })
    for (const tag of ['t0', 't1', 't2']) expect(recommendations.filter(({ attributes }) => (attributes.tags as string[]).includes(tag))).toHaveLength(2)
    expect(recommendations[0].itemId).toBe(plain[0].itemId)
    expect(recommendations.map(({ itemId }) => itemId)).not.toEqual(plain.slice(0, 6).map(({ itemId }) => itemId))
  })

  test('mmr 0 is the list itself, and any list the beginning of a longer one', async () => {
    const model = await recommender()
    expect(model.recommend('u4', { mmr: 0 })).toEqual(model.recommend('u4'))
    const all: RecommendOptions[] = [{ mmr: 0.4 }, { mmr: 0.4, caps: { tags: 5 } }, { caps: { parity: 9, tags: 4 } }]
    for (const given of all) {
      const longest = ids(model.recommend('u4', { ...given, n: 40 }))
      for (const n of [1, 5, longest.length]) expect(ids(model.recommend('u4', { ...given, n }))).toEqual(longest.slice(0, n))
    }
  })

  test('what the caps leave comes with a reason', async () => {
    const { recommendations, reason } = (await recommender()).recommend('u4', { n: 9, caps: { tags: 2 } })
    expect(recommendations).toHaveLength(6)
    expect(reason).toMatch(/^9 items were asked for and 6 may be shown: .* does not pass the filters or does not fit into the caps\.$/)
  })

  test('hold for histories and similar items', async () => {
    const model = await recommender()
    const history = [{ itemId: 'i1', rating: 5 }, { itemId: 'i3', rating: 5 }]
    for (const list of [model.recommendFor(history, { n: 3, caps: { tags: 1 } }), model.similarItems('i4', { n: 3, caps: { tags: 1 } })]) {
      expect(new Set(list.recommendations.map(({ attributes }) => String(attributes.tags))).size).toBe(3)
    }
  })

  test('are the same whether a model makes lists by itself or by its scores', async () => {
    const model = await recommender()
    const { listUser: _, listUsers: __, ...byScores } = model.model
    const other = new Recommender(byScores, model.contents)
    for (const given of [{ n: 5, mmr: 0.3 }, { n: 12, mmr: 0.8, caps: { tags: 4 } }, { n: 5, caps: { tags: 1 } }]) {
      for (const userId of ['u3', 'u4', 'u5']) expect(other.recommend(userId, given)).toEqual(model.recommend(userId, given))
    }
  })

  test('are refused where they cannot be, for everybody too', async () => {
    const model = await recommender()
    expect(() => model.recommend('u4', { mmr: 2 })).toThrow(/ERR_OPTION: mmr is 2/)
    expect(() => model.recommend('u4', { caps: { genres: 2 } })).toThrow(/"genres", which no item has; expected one of parity, tags/)
    await expect(model.recommendAll({ caps: { parity: 0 } }).next()).rejects.toMatchObject({ code: 'ERR_OPTION' })
  })
})

test('diversifyList puts what stands above first, counts it, and gives new ranks', async () => {
  const model = await recommender()
  const all = model.recommend('u4', { n: 40 }).recommendations
  const tagOf = ({ attributes }: { attributes: Readonly<Record<string, unknown>> }): string => (attributes.tags as string[])[0]
  const pinned = all.filter(place => tagOf(place) === 't1').slice(-2)
  const others = all.filter(place => !pinned.includes(place))
  const list = diversifyList(model, (k, passes = () => true) => others.filter(passes).slice(0, k), 6, { caps: { tags: 2 } }, pinned)
  const expected = [...pinned, ...others.filter(place => tagOf(place) !== 't1' && others.filter(other => tagOf(other) === tagOf(place)).indexOf(place) < 2)]
  expect(list).toEqual(expected.map((place, at) => ({ ...place, rank: at + 1 })))
  expect(diversifyList(model, k => others.slice(0, k), 4, {}, pinned).map(({ itemId }) => itemId)).toEqual([...pinned, ...others].slice(0, 4).map(({ itemId }) => itemId))
  expect(diversifyList(model, () => others, 1, { mmr: 0.5 }, pinned)).toHaveLength(1)
})

test('a filter that refuses the best of the list still gets the best of what passes', async () => {
  const model = await recommender()
  const every = model.recommend('u4', { n: 40 }).recommendations
  const last = every.slice(-2).map(({ itemId }) => itemId)
  const { recommendations } = model.recommend('u4', { n: 2, filter: ({ itemId }) => last.includes(itemId) })
  expect(recommendations.map(({ itemId, score }) => [itemId, score])).toEqual(every.slice(-2).map(({ itemId, score }) => [itemId, score]))
})

test('a history never seen gets its own kind, without the history, and unknown items are listed', async () => {
  const { recommendations, unknownItems } = (await recommender()).recommendFor([{ itemId: 'i1', rating: 5 }, { itemId: 'i3', rating: 5 }, { itemId: 'nothing' }], { n: 3 })
  expect(unknownItems).toEqual(['nothing'])
  expect(recommendations.every(({ itemId, attributes }) => attributes.parity === 'odd' && itemId !== 'i1' && itemId !== 'i3')).toBe(true)
})

test('a history that is read and kept gives the same lists and explanations, again and again', async () => {
  const model = await recommender()
  const events = [{ itemId: 'i1', rating: 5 }, { itemId: 'i3', rating: 4 }, { itemId: 'nothing' }]
  const kept = model.readHistory(events)
  for (let time = 0; time < 2; time++) {
    expect(model.recommendFor(kept, { n: 5 })).toEqual(model.recommendFor(events, { n: 5 }))
    expect(model.explainFor(kept, 'i5')).toEqual(model.explainFor(events, 'i5'))
  }
  expect(model.readHistory(kept)).toBe(kept)
})

test('similar items are mostly of the same kind, similar users too, and neither lists itself', async () => {
  const model = await recommender()
  const kinds = Array.from({ length: 40 }, (_, item) => {
    const similar = model.similarItems(`i${item}`, { n: 5 }).recommendations
    expect(similar.map(({ itemId }) => itemId)).not.toContain(`i${item}`)
    return similar.filter(({ itemId }) => Number(itemId.slice(1)) % 2 === item % 2).length / 5
  })
  // one event in ten is noise; by chance it would be a half
  expect(kinds.reduce((sum, share) => sum + share, 0) / 40).toBeGreaterThan(0.8)
  const users = model.similarUsers('u7', 10).map(({ userId }) => Number(userId.slice(1)))
  expect(users).not.toContain(7)
  expect(users.filter(user => user % 2 === 1).length).toBeGreaterThan(7)
  expect(() => model.similarItems('x')).toThrow(/ERR_UNKNOWN_ITEM/)
})

test('an explanation sums to the score and names each item of the history once', async () => {
  const model = await recommender()
  const [{ itemId, score }] = model.recommend('u9', { n: 1 }).recommendations
  const { contributions, score: explained } = model.explain('u9', itemId)
  expect(Math.abs(explained - score) / score).toBeLessThan(1e-5)
  expect(contributions.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(explained, 12)
  expect(contributions.map(entry => entry.itemId as string).sort()).toEqual([...had('u9')].sort())
})

test('for a history of somebody\'s own the explanation is that of the list it gets', async () => {
  const model = await recommender()
  const history = [...had('u9')].map(itemId => ({ itemId, weight: 2 }))
  const [{ itemId, score }] = model.recommendFor(history, { n: 1 }).recommendations
  const { contributions, score: explained, unknownItems } = model.explainFor([...history, { itemId: 'nobody knows' }], itemId)
  expect(Math.abs(explained - score) / score).toBeLessThan(1e-5)
  expect(contributions.map(entry => entry.itemId as string).sort()).toEqual([...had('u9')].sort())
  expect(unknownItems).toEqual(['nobody knows'])
  const other = model.explainFor(history.slice(1), itemId)
  expect(model.explainFor(history, itemId).contributions).toEqual(contributions)
  expect(other.contributions).toHaveLength(contributions.length - 1)
})

test('a model that cannot do something says so', async () => {
  const random = await fit(events, { model: 'random' })
  expect(() => random.explain('u1', 'i1')).toThrow(/ERR_NOT_SUPPORTED: the model "random" cannot take a score apart/)
  expect(() => random.similarItems('i1')).toThrow(/ERR_NOT_SUPPORTED/)
  expect(() => random.recommendFor([{ itemId: 'i1' }])).toThrow(/ERR_NOT_SUPPORTED/)
})

test('options that do not exist, or out of range, are refused by name', async () => {
  await expect(fit(events, { factor: 4 })).rejects.toThrow(/ERR_OPTION: there is no option "factor"; expected one of factors, alpha/)
  await expect(fit(events, { factors: 0 })).rejects.toThrow(/ERR_OPTION: factors is 0, expected an integer from 1 to/)
  await expect(fit(events, { alpha: NaN })).rejects.toThrow(/ERR_OPTION: alpha is NaN/)
  await expect(fit([], {})).rejects.toMatchObject({ code: 'ERR_EMPTY' })
})

test('columns, an array and an async iterable of the same events give the same model', async () => {
  async function* stream() { yield* events }
  const columns = { userId: events.map(event => event.userId), itemId: events.map(event => event.itemId), rating: events.map(event => event.rating), timestamp: events.map(event => event.timestamp) }
  const lists = [fit(events, options), fit(stream(), options), fit(columns, options)].map(async model => (await model).recommend('u4'))
  const [a, b, c] = await Promise.all(lists)
  expect(b).toEqual(a)
  expect(c).toEqual(a)
})

test('evaluate measures ALS above popularity where there are tastes to be found', async () => {
  const report = await evaluate(events, { ...options, ties: 'file', k: 5 })
  expect(report['recall@5']).toBeGreaterThan(Number(report.baselines.popularity['recall@5']))
  expect(report.protocol.usersCounted).toBe(50)
})

test('fit and evaluate tell onPhase of every phase, and what they give is the same', async () => {
  const phases: string[] = []
  const told = { ...options, iterations: 1, onPhase: ({ name, iteration }: TimedPhase) => phases.push(iteration === undefined ? name : `${iteration} ${name}`) }
  const once = ['gram', '1 whiten', '1 solve users', '1 gram', '1 whiten', '1 solve items', '1 gram', 'gram', 'whiten', 'refine users']
  expect(save(await fit(events, told))).toEqual(save(await fit(events, { ...options, iterations: 1 })))
  expect(phases).toEqual(once)
  await evaluate(events, { ...told, k: 5, resamples: 100 })
  expect(phases).toEqual([...once, ...once])
})

describe('a model with features', () => {
  const users = Array.from({ length: 50 }, (_, user) => ({ userId: `u${user}`, taste: user % 2 === 0 ? 'even' : 'odd' }))
  const unseen = [{ itemId: 'new-even', title: 'New', parity: 'even' }, { itemId: 'new-odd', parity: 'odd' }, { itemId: 'new-strange', parity: 'neither' }]
  const lightfm = fit(events, { model: 'lightfm', factors: 8, epochs: 20, items: [...items, ...unseen], users, threads: 1 })

  test('recommends an item that nobody has had to those who like what is like it', async () => {
    const model = await lightfm
    const allow = ['new-even', 'new-odd', 'new-strange']
    const right = Array.from({ length: 50 }, (_, user) => model.recommend(`u${user}`, { n: 3, allow }).recommendations.map(({ itemId }) => itemId))
      .filter((list, user) => list.length === 2 && list[0] === (user % 2 === 0 ? 'new-even' : 'new-odd'))
    expect(right.length).toBeGreaterThanOrEqual(45)
  })

  test('comes back from its bytes with the items that nobody has had', async () => {
    const model = await lightfm
    const copy = await open(save(model))
    expect(copy.recommend('u3', { n: 42 })).toEqual(model.recommend('u3', { n: 42 }))
  })

  test('is another one for users of other features', async () => {
    const without = await fit(events, { model: 'lightfm', factors: 8, epochs: 20, items: [...items, ...unseen], threads: 1 })
    expect(save(without)).not.toEqual(save(await lightfm))
  })
})
