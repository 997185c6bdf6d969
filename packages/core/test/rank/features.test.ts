// Each group of features against its formula, counted the plain way in a small world.
import { describe, expect, test } from 'vitest'
import { log1p, pow } from '../../src/base/index.ts'
import { featuresOf, prepareDataset, type Dataset, type TrainingSet } from '../../src/dataset/index.ts'
import { models, type FittedModel, type History } from '../../src/model/index.ts'
import { featureGroups } from '../../src/rank/features/registry.ts'
import { fitFeatures } from '../../src/rank/two-stage/feature-set.ts'
import { fitFirstStage, type FirstStage } from '../../src/rank/two-stage/first-stage.ts'
import type { Query } from '../../src/rank/two-stage/query.ts'
import { rawEvents } from '../dataset/rows.ts'
import { smallWorld, trainingOf } from './small-world.ts'

const world = smallWorld({ seed: 3 })
const NOBODYS = 17
const DAY = 86_400
const training = trainingOf(world, Uint8Array.from(world.interactions.items, item => item === NOBODYS ? 0 : 1))
const nItems = world.items.size
const bare: FirstStage = { nItems, sources: [] }
const candidates = Int32Array.from([0, 2, 5, 11, NOBODYS, 29])
const histories: Record<string, History> = {
  'an empty history': { items: [], weights: [] },
  'one item': { items: [4], weights: [1.5], times: [31 * DAY] },
  'a long one': {
    items: Array.from({ length: 28 }, (_, at) => (at * 11 + 3) % 29), weights: Array.from({ length: 28 }, (_, at) => 1 + at % 3),
    times: Array.from({ length: 28 }, (_, at) => 2 * DAY * (at - at % 4)),
  },
  'one whose last time is not known': { items: [4, 6], weights: [1, 1], times: [DAY, NaN] },
}

/** The columns by their names. */
function filled(group: string, set: TrainingSet, query: Partial<Query> & Pick<Query, 'history'>, stage = bare): Record<string, number[]> {
  const { fit, over } = featureGroups[group]
  const { names, fill } = over(fit(set) ?? {}, stage)
  const rows = query.candidates ?? candidates
  const columns = names.map(() => new Float32Array(rows.length).fill(-12_345)) // all of it is to be written
  fill({ scores: [], among: [], candidates: rows, ...query }, columns)
  return Object.fromEntries(names.map((name, at) => [name, [...columns[at]]]))
}

const close = (found: Record<string, number[]>, expected: Record<string, (item: number) => number>): void => {
  expect(Object.keys(found)).toEqual(Object.keys(expected))
  for (const [name, of] of Object.entries(expected)) {
    candidates.forEach((item, row) => {
      if (Number.isNaN(of(item))) expect(found[name][row], name).toBeNaN()
      else expect(found[name][row], `${name} of ${item}`).toBeCloseTo(of(item), 4)
    })
  }
}
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const last = (n: number, history: History): number[] => Array.from(history.items).slice(-n)

/** The world's rows, each user's by time. */
const rows = Array.from(world.interactions.users, (user, row) => ({
  user, item: world.interactions.items[row], rating: world.interactions.values[row], time: world.interactions.timestamps?.[row] ?? NaN,
})).filter(({ item }) => item !== NOBODYS).sort((a, b) => a.user - b.user || a.time - b.time)

describe.each(Object.entries(histories))('of %s', (_, history) => {
  test('popularity', () => {
    const popularity = (item: number): number => log1p(rows.filter(row => row.item === item).length)
    const place = (item: number): number => {
      const places = rows.flatMap((row, at) => row.item === item ? [log1p(at - rows.findIndex(({ user }) => user === row.user))] : [])
      return places.length > 0 ? mean(places) : 0
    }
    const lately = history.items.length > 0 ? mean(last(10, history).map(popularity)) : 0
    close(filled('popularity', training, { history }), {
      popularity, place,
      place_beyond_here: item => place(item) - log1p(history.items.length),
      popularity_beyond_last_10: item => popularity(item) - lately,
      popularity_of_last_10: () => lately,
      history_length: () => history.items.length,
    })
  })

  test('ratings', () => {
    const weight = (item: number): number => mean(rows.filter(row => row.item === item).map(({ rating }) => log1p(rating)))
    const own = history.items.length > 0 ? mean(Array.from(history.weights)) : 0
    close(filled('ratings', training, { history }), {
      weight, weight_beyond_history: item => weight(item) - own, weight_of_history: () => own, weight_of_last: () => Array.from(history.weights).at(-1) ?? NaN,
    })
  })

  test('moment', () => {
    const now = history.times?.[history.items.length - 1] ?? NaN
    const ages = (item: number): number[] => rows.filter(row => row.item === item).map(({ time }) => (now - time) / DAY).filter(age => age >= 0)
    const within = (days: number) => (item: number): number => Number.isNaN(now) ? NaN : log1p(ages(item).filter(age => age < days).length)
    const known = (of: (...ages: number[]) => number) => (item: number): number => ages(item).length > 0 ? of(...ages(item)) : NaN
    close(filled('moment', training, { history }), {
      popularity_1_days: within(1), popularity_7_days: within(7), popularity_30_days: within(30), days_since_first: known(Math.max), days_since_last: known(Math.min),
    })
  })

  test('pace', () => {
    const { times = [] } = history
    const n = history.items.length
    const since = (age: number): number => n > 0 && age < n ? times[n - 1] - times[n - 1 - age] : NaN
    const steps = Array.from({ length: Math.max(0, Math.min(10, n - 1)) }, (_, at) => times[n - 1 - at] === times[n - 2 - at] ? 1 : 0 as number)
    close(filled('pace', training, { history }), {
      seconds_last_1: () => since(1), seconds_last_10: () => since(10),
      ties_last_10: () => !Number.isNaN(times[n - 1] ?? NaN) ? steps.reduce((sum, tie) => sum + tie, 0) : NaN, days_of_history: () => since(n - 1) / DAY,
    })
  })

  test('attributes', () => {
    const { names: [...features], matrix: { indptr, indices } } = featuresOf(world.catalogue)
    const setOf = (item: number): Set<string> => new Set(Array.from(indices.subarray(indptr[item], indptr[item + 1]), at => features[at]))
    const cosine = (a: Set<string>, b: Set<string>): number => a.size * b.size > 0 ? [...a].filter(each => b.has(each)).length / Math.sqrt(a.size * b.size) : 0
    const shared = (n: number) => (item: number): number => history.items.length > 0 ? mean(last(n, history).map(other => cosine(setOf(other), setOf(item)))) : 0
    const year = (item: number): number => typeof world.catalogue[item].attributes.year === 'number' ? world.catalogue[item].attributes.year : NaN
    const known = last(10, history).map(year).filter(value => !Number.isNaN(value))
    close(filled('attributes', training, { history }), {
      attributes_last_1: shared(1), attributes_last_10: shared(10), attributes_all: shared(history.items.length || 1),
      attribute_year: year,
      attribute_year_beyond_last: item => year(item) - (history.items.length > 0 ? year(last(1, history)[0]) : NaN),
      attribute_year_beyond_last_10: item => year(item) - (known.length > 0 ? mean(known) : NaN),
    })
  })

  test('similarity', async () => {
    const weights = [[1, 2, 0.5], [2, 1, 0.25]]
    const pairs: FittedModel = {
      nUsers: 0, nItems, batch: 1, scoreUsers: () => undefined,
      state: () => ({ model: 'pairs', options: {}, tensors: itemWeights(nItems, (from, to) => from % 3 === 0 && to % 2 === 0 && from !== to ? weights[from % 2][to % 3] : 0) }),
    }
    const factors = Float32Array.from({ length: 2 * nItems }, (_item, at) => at < 2 ? 0 : Math.fround((at * 7) % 5 - 2)) // item 0 has none
    const vectors: FittedModel = { ...pairs, state: () => ({ model: 'vectors', options: {}, tensors: { item_factors: { shape: [nItems, 2], data: factors } } }) }
    const neither: FittedModel = { ...pairs, state: () => ({ model: 'neither', options: {}, tensors: {} }) }
    const stage = { nItems, sources: [{ name: 'p', quota: 1, model: pairs }, { name: 'n', quota: 1, model: neither }, { name: 'v', quota: 1, model: vectors }] }
    const weight = (from: number, to: number): number => from % 3 === 0 && to % 2 === 0 && from !== to ? weights[from % 2][to % 3] : 0
    const vector = (item: number): number[] => {
      const [x, y] = factors.subarray(2 * item, 2 * item + 2)
      const length = Math.hypot(x, y)
      return length > 0 ? [x / length, y / length] : [0, 0]
    }
    const sum = (n: number, of: (from: number, to: number) => number) => (item: number): number => last(n, history).reduce((total, from) => total + of(from, item), 0)
    const cosine = (a: number, b: number): number => vector(a)[0] * vector(b)[0] + vector(a)[1] * vector(b)[1]
    const expected = [[1, 3, 10, 30].map(n => [`p_last_${n}`, sum(n, weight)]), [1, 3, 10, 30].map(n => [`v_last_${n}`, sum(n, cosine)])]
    close(filled('similarity', training, { history }, stage), Object.fromEntries(expected.flat()) as Record<string, (item: number) => number>)
  })

  test('votes', async () => {
    const voting = { lastItems: 20, decay: 0.85, normalisation: 0.3, scale: 20, neighbours: 12, window: 30 }
    const model = await models.neighbours.fit(training, voting, { seed: 1 })
    const sequences = Array.from({ length: training.byUser.nRows }, (_user, user) => rows.filter(row => row.user === user).map(({ item }) => item))
    const lately = last(voting.lastItems, history).reverse()
    const people = (item: number): number => Math.max(1, sequences.filter(list => list.includes(item)).length)
    const all = sequences.flatMap(list => {
      const anchor = list.indexOf(lately.find(item => list.includes(item)) ?? -1)
      const nearness = lately.reduce((sum, item, age) => list.includes(item)
        ? sum + pow(people(item), -0.3) * pow(0.85, age) * 20 / (20 + Math.abs(list.indexOf(item) - anchor)) : sum, 0)
      return anchor < 0 ? [] : [{ list, anchor, nearness }]
    }).sort((a, b) => b.nearness - a.nearness)
    const near = all.filter(({ nearness }) => nearness >= (all[voting.neighbours - 1]?.nearness ?? 0) * (1 - 1e-9))
    const sum = (of: (steps: number, weight: number) => number) => (item: number): number => near.reduce((total, { list, anchor, nearness }) =>
      list.includes(item) ? total + of(list.indexOf(item) - anchor, nearness ** 2) : total, 0)
    const scaled = (of: (item: number) => number) => (item: number): number => of(item) / (Math.max(...Array.from({ length: nItems }, (_item, other) => of(other))) || 1)
    close(filled('votes', training, { history }, { nItems, sources: [{ name: 'anybody', quota: 1, model }] }), {
      votes_right_after: scaled(sum((steps, weight) => steps > 0 && steps <= 3 ? weight * weight / steps : 0)),
      votes_before: scaled(sum((steps, weight) => steps < 0 ? weight / -steps : 0)), // no sequence is longer than 30
      votes_around: scaled(sum((steps, weight) => steps !== 0 ? weight : 0)),
      voters: sum(steps => steps > 0 ? 1 : 0),
    })
    expect(filled('votes', training, { history })).toEqual({}) // no such source
  })

  test('sources', async () => {
    const stage = { ...bare, sources: ['a', 'b'].map(name => ({ name, quota: 1, model: {} as FittedModel })) }
    const scores = [Float32Array.of(4, 2, 2, NaN, 1, -1), Float32Array.of(0, 0, -1, 0, -2, NaN)]
    const among = [Float32Array.of(-1, 1, 2, 2, 4, 8), Float32Array.of(-2, -1, 0, 0, 0)]
    expect(filled('sources', training, { history, scores, among }, stage)).toEqual({
      a_score: [...scores[0]], a_share: [0.5, 0.25, 0.25, NaN, 0.125, -0.125], a_place: [2, 3, 3, NaN, 5, 6],
      b_score: [...scores[1]], b_share: [NaN, NaN, NaN, NaN, NaN, NaN], b_place: [1, 1, 4, 1, 5, NaN],
    })
  })
})

/** Weights from item to item as a model keeps them. */
function itemWeights(n: number, weight: (from: number, to: number) => number) {
  const entries = Array.from({ length: n }, (_, from) => Array.from({ length: n }, (_to, to) => ({ to, value: weight(from, to) })).filter(({ value }) => value > 0))
  const vector = <Data extends Float32Array | Int32Array | Uint32Array | Uint8Array>(data: Data) => ({ shape: [data.length], data })
  const indptr = Uint32Array.from({ length: n + 1 }, (_, row) => entries.slice(0, row).flat().length)
  return {
    weights_indptr: vector(indptr), weights_items: vector(Int32Array.from(entries.flat(), ({ to }) => to)), weights_values: vector(Float32Array.from(entries.flat(), ({ value }) => value)),
    known: vector(new Uint8Array(n).fill(1)), history_indptr: vector(Uint32Array.of(0)), history_items: vector(new Int32Array()), history_weights: vector(new Float32Array()),
  }
}

describe('a group that the data have nothing for is left out', () => {
  const groupsOf = (dataset: Dataset): string[] => Object.keys(fitFeatures(trainingOf(dataset)))
  test.each([
    ['without timestamps', { hasTimes: false }, ['moment', 'pace']], ['without a catalogue', { hasCatalogue: false }, ['attributes']], ['where all ratings are equal', { rating: 4 }, ['ratings']],
  ] as const)('%s', (_, data, groups: readonly string[]) => {
    expect(groupsOf(smallWorld(data))).toEqual(Object.keys(featureGroups).filter(name => !groups.includes(name)))
  })
  test('but for that all are there', () => expect(groupsOf(world)).toEqual(Object.keys(featureGroups)))
})

describe('a catalogue of strange names and numbers', () => {
  const strange = (attributes: Record<string, number>) => {
    const ids = ['a', 'b', 'c']
    const rows = ids.map(item => ({ user: 'u', item, value: 1 }))
    return trainingOf(prepareDataset(rawEvents(rows, { itemInfo: new Map(ids.map((id, at) => [id, { attributes: at < 2 ? attributes : {} }])) })))
  }
  const stage = { nItems: 3, sources: [] }
  const namesOf = (set: TrainingSet): string[] => featureGroups.attributes.over(featureGroups.attributes.fit(set) ?? {}, stage).names.filter(name => !/_beyond_last/.test(name)).slice(3)

  test('names are such that LightGBM\'s text can hold them, and each is there once', () => {
    const names = namesOf(strange({ '': 1, 'a b': 2, 'a_b': 3, 'x\ny': 4, 'Jahr é': 5, '__proto__x': 6 }))
    expect(new Set(names).size).toBe(6)
    for (const name of names) expect(name).toMatch(/^[\p{L}\p{N}_]+$/u)
  })
  test('a number beyond float32 is not known, and no feature is infinite', () => {
    const set = strange({ big: 1e300, low: -9.9e37, high: 9.9e37 })
    const found = filled('attributes', set, { history: { items: [0], weights: [1] }, candidates: Int32Array.of(0, 1, 2) }, stage)
    expect(found.attribute_big).toEqual([NaN, NaN, NaN])
    for (const values of Object.values(found)) for (const value of values) expect(Math.abs(value)).not.toBe(Infinity)
  })
})

test('every group writes all of its columns, whole, and gives the same again for the same query', async () => {
  const options = { seed: 1, threads: 1 }
  const stage = await fitFirstStage(training, options)
  const scores = stage.sources.map(() => new Float32Array(candidates.length).fill(1))
  const query = { history: histories['a long one'], scores, among: scores }
  for (const group of Object.keys(featureGroups)) {
    const { names, fill } = featureGroups[group].over(featureGroups[group].fit(training) ?? {}, stage)
    const ask = (own: Query): Float32Array[] => {
      const columns = names.map(() => new Float32Array(own.candidates.length).fill(-12_345))
      fill(own, columns)
      return columns
    }
    const first = ask({ ...query, candidates })
    ask({ ...query, history: histories['one item'], candidates })
    expect(ask({ ...query, candidates }), group).toEqual(first)
    expect(first.flatMap(column => [...column]).includes(-12_345), group).toBe(false)
    // a candidate has the same features among others as alone
    const alone = ask({ history: query.history, scores: scores.map(of => of.subarray(3, 4)), among: scores, candidates: candidates.subarray(3, 4) })
    expect(alone.map(([value]) => value), group).toEqual(first.map(column => column[3]))
  }
})
