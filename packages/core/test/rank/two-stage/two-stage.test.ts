// Two stages as a model: odd data, odd histories, and states that are not what was written.
import { describe, expect, test } from 'vitest'
import { MatineeError, resolveOptions, seededRandom } from '../../../src/base/index.ts'
import type { TrainingSet } from '../../../src/dataset/index.ts'
import type { FittedModel, ModelState } from '../../../src/model/index.ts'
import { modelDefinition } from '../../../src/rank/index.ts'
import { proposer } from '../../../src/rank/two-stage/proposals.ts'
import { restoredParts } from '../../../src/rank/two-stage/state.ts'
import { smallTwoStages, smallWorld, trainingOf, type World } from '../small-world.ts'

const { fit: fitTwoStages, restore, withoutOthers, options: specs } = modelDefinition('lambdamart')
const fitOn = (training: TrainingSet, options = {}): Promise<FittedModel> =>
  fitTwoStages(training, resolveOptions(specs, { ...smallTwoStages, ...options }), { seed: 1, threads: 1 })
const fit = (world: World = {}, options = {}): Promise<FittedModel> => fitOn(trainingOf(smallWorld(world)), options)
const scores = (model: FittedModel, items: readonly number[]): Float32Array => {
  const out = new Float32Array(model.nItems)
  model.scoreHistory?.({ items, weights: items.map(() => 1) }, out)
  return out
}
const featureNames = (model: FittedModel): string[] => {
  const text = new TextDecoder().decode(Uint8Array.from(model.state().tensors.ranker.data))
  return /^feature_names=(.*)$/m.exec(text)?.[1].split(' ') ?? []
}

describe('data', () => {
  test.each<[string, World, RegExp | undefined]>([
    ['without timestamps', { hasTimes: false }, /recent|days/],
    ['without a catalogue', { hasCatalogue: false }, /attribute/],
    ['with one rating', { rating: 5 }, /weight/],
    ['with users of one item and of two', { lengths: Array.from({ length: 40 }, (_, user) => 1 + user % 5) }, undefined],
    ['with fewer items than any quota', { items: 8 }, undefined],
  ])('%s: every item has a score, and the features are those that there is something for', async (_, world, absent) => {
    const model = await fit(world)
    for (const items of [[], [0], [3, 1], [5, 4, 3, 2, 1, 0]]) expect(scores(model, items).every(Number.isFinite)).toBe(true)
    const names = featureNames(model)
    expect(new Set(names).size).toBe(names.length)
    if (absent) {
      expect(names.filter(name => absent.test(name))).toEqual([])
      expect(featureNames(await fit()).some(name => absent.test(name))).toBe(true)
    }
  })

  test('ratings that differ in what is cut off alone are no feature: the trees have not met it', async () => {
    const training = trainingOf(smallWorld({ rating: 5, lengths: new Array<number>(40).fill(6) }))
    const { byUser, byItem, sequences } = training
    const lastOf0 = sequences?.items[5] ?? 0
    const values = byUser.values.map((value, at) => at < 6 && byUser.indices[at] === lastOf0 ? 1 : value)
    const model = await fitOn({ ...training, byUser: { ...byUser, values }, byItem: { ...byItem, values: Float32Array.from(byItem.values, (value, at) =>
      byItem.indices[at] === 0 && at >= byItem.indptr[lastOf0] && at < byItem.indptr[lastOf0 + 1] ? 1 : value) } })
    expect(featureNames(model)).not.toContain('weight')
    expect(scores(model, [1, 2]).every(Number.isFinite)).toBe(true)
  })

  test('the times are those of the sequences, however few of them a caller has kept for others', async () => {
    const training = trainingOf(smallWorld())
    const { times = { items: new Int32Array(), timestamps: new Float64Array() } } = training
    const isLate = (_: number, row: number): boolean => times.timestamps[row] > 8_000_000
    const late = { items: times.items.filter(isLate), timestamps: times.timestamps.filter(isLate) }
    expect(late.items.length).toBeLessThan(times.items.length)
    expect((await fitOn({ ...training, times: late })).state()).toEqual((await fitOn(training)).state())
  })

  test('from which nothing can be learned is refused: sequences too short, or nobody to learn from', async () => {
    await expect(fit({ lengths: new Array<number>(40).fill(2) })).rejects.toThrow(/ERR_EMPTY: none of the 40 users has more than 2 interactions/)
    await expect(fit({ users: 1, items: 3, lengths: [3] })).rejects.toThrow(/ERR_EMPTY: of 1 items to be found 0 are proposed/)
    const { sequences: _, ...without } = trainingOf(smallWorld())
    await expect(fitOn(without)).rejects.toThrow(/ERR_SHAPE: examples are cut off sequences/)
  })
})

describe('a score', () => {
  test('of what nobody proposed is below all that is proposed, in the order of the first source, of a history of any length', async () => {
    const model = await fit({ items: 300, users: 60, lengths: new Array<number>(60).fill(12) })
    const { firstStage } = await restoredParts(model.state())
    const propose = proposer(firstStage)
    for (const length of [0, 1, 2, 40, 200]) {
      const items = Array.from({ length }, (_, at) => (at * 7) % model.nItems)
      const out = scores(model, items)
      const { candidates, scores: [first] } = propose({ items, weights: items.map(() => 1) })
      const others = Array.from(out.keys()).filter(item => !candidates.includes(item))
      const least = Math.min(...Array.from(candidates, item => out[item]))
      if (length < 200) expect(others.length).toBeGreaterThan(0)
      for (const item of others) expect(out[item]).toBeLessThan(least)
      const byFirst = others.toSorted((a, b) => first[b] - first[a])
      for (let at = 1; at < byFirst.length; at++) expect(out[byFirst[at]]).toBeLessThanOrEqual(out[byFirst[at - 1]])
    }
  })

  test('does not depend on what was asked before', async () => {
    const model = await fit()
    const before = scores(model, [3, 4])
    scores(model, [9, 1, 7])
    expect(scores(model, [3, 4])).toEqual(before)
  })
})

test('without a user nothing tells when the user had what: neither among the histories nor among the times of the items', async () => {
  const state = (await fit()).state()
  const [gone, kept] = [7, Uint32Array.from({ length: 40 }, (_, user) => user).filter(user => user !== 7)]
  const timesOf = ({ tensors: { history_times: { data } } }: ModelState): Set<number> => new Set(Array.from(data))
  const [start, end] = state.tensors.history_indptr.data.subarray(gone, gone + 2)
  const own = new Set(Array.from(state.tensors.history_times.data.subarray(start, end)))
  const left = withoutOthers(state, kept)
  const moments = left.tensors['features.moment/moments'].data
  expect(own.size).toBeGreaterThan(2)
  expect([...timesOf(left)].filter(time => own.has(time))).toEqual([]) // all times of the world differ
  expect(Array.from(moments).filter(time => own.has(time))).toEqual([])
  expect(Array.from(moments).sort()).toEqual([...timesOf(left)].sort())
  expect(scores(await restore(left), [3, 1]).every(Number.isFinite)).toBe(true)
})

describe('a state that is not what was written is refused with ERR_FORMAT', () => {
  const written = fit().then(model => model.state())
  const refused = async (change: (state: ModelState) => ModelState): Promise<unknown> =>
    restore(change(await written)).then(() => 'restored', (error: unknown) => (error as { code?: string }).code ?? error)
  const tensors = (of: (tensors: ModelState['tensors']) => Record<string, ModelState['tensors'][string] | undefined>) => (state: ModelState): ModelState =>
    ({ ...state, tensors: Object.fromEntries(Object.entries({ ...state.tensors, ...of(state.tensors) }).filter(([, tensor]) => tensor)) as ModelState['tensors'] })
  const options = (own: ModelState['options']) => (state: ModelState): ModelState => ({ ...state, options: { ...state.options, ...own } })
  const bytes = (text: string) => ({ shape: [text.length], data: new TextEncoder().encode(text) })

  test('as it was written it is restored', async () => expect(await refused(state => state)).toBe('restored'))

  test('any tensor missing, of another type or of another length', async () => {
    for (const name of Object.keys((await written).tensors)) {
      const wrong = [undefined, { shape: [3], data: new Float64Array(3) }, { shape: [0], data: new Float32Array() }, { shape: [2], data: Int32Array.of(-5, 2 ** 31 - 1) }]
      for (const tensor of wrong) expect([name, tensor, await refused(tensors(() => ({ [name]: tensor })))]).toEqual([name, tensor, 'ERR_FORMAT'])
    }
  }, 120_000)

  test('text that is none of trees, or of trees over other features', async () => {
    const text = new TextDecoder().decode((await written).tensors.ranker.data as Uint8Array)
    for (const other of ['', 'tree', text.slice(0, 300), text.replace('als_score', 'als_core'), text.replaceAll('split_feature=', 'split_feature=99 ')]) {
      expect(await refused(tensors(() => ({ ranker: bytes(other) })))).toBe('ERR_FORMAT')
    }
  })

  test('a group of features or a source that there is not, and fewer or others than the trees were over', async () => {
    const { options: { features } } = await written
    for (const other of ['', 'toString', '__proto__', `${features},magic`, String(features).replace(',pace', ''), String(features).split(',').reverse().join(',')]) {
      expect([other, await refused(options({ features: other }))]).toEqual([other, 'ERR_FORMAT'])
    }
    for (const name of ['magic', 'toString', 'constructor', '__proto__']) expect(await refused(options({ [`source.${name}/model`]: 'als' }))).toBe('ERR_FORMAT')
    const without = (state: ModelState, source: string): ModelState =>
      ({ ...state, options: Object.fromEntries(Object.entries(state.options).filter(([name]) => !name.startsWith(`source.${source}/`))) })
    expect(await refused(state => without(state, 'slim'))).toBe('ERR_FORMAT')
    expect(await refused(state => ({ ...state, options: {} }))).toBe('ERR_FORMAT')
  })

  test('a source of other items than the first', async () => {
    const other = (await fit({ items: 25 })).state()
    const swapped = (name: string) => tensors(() => Object.fromEntries(Object.entries(other.tensors).filter(([own]) => own.startsWith(`source.${name}/`))))
    for (const name of ['als', 'popular', 'recent', 'neighbours']) expect([name, await refused(swapped(name))]).toEqual([name, 'ERR_FORMAT'])
  })

  test('bytes that have changed somewhere are refused, or are other numbers; whatever it is, it is told as ours', async () => {
    const { tensors: own } = await written
    const names = Object.keys(own)
    const { below } = seededRandom(5)
    let nRefused = 0
    for (let trial = 0; trial < 400; trial++) {
      const name = trial % 2 === 0 ? 'ranker' : names[below(names.length)]
      const { shape, data } = own[name]
      const changed = data.slice()
      const bytesOf = new Uint8Array(changed.buffer, changed.byteOffset, changed.byteLength)
      for (let flips = below(4); flips >= 0; flips--) bytesOf[below(bytesOf.length)] = below(256)
      try {
        const model = await restore(tensors(() => ({ [name]: { shape, data: changed } }))(await written))
        for (const items of [[], [1, 2]]) scores(model, items)
      } catch (error) {
        nRefused++
        expect([name, trial, error]).toEqual([name, trial, expect.any(MatineeError)])
      }
    }
    expect(nRefused).toBeGreaterThan(40)
  })

  test('names that would reach into what all objects share change nothing', async () => {
    await refused(options({ 'source.__proto__/polluted': 1, 'source.als/__proto__': 2 }))
    await refused(tensors(() => ({ 'features.__proto__/polluted': bytes('x'), 'source.constructor/prototype': bytes('x') })))
    expect('polluted' in {}).toBe(false)
  })
})
