// Three planted leaks are each caught by name, and clean fits pass: docs/decisions/0035-no-leakage.md.
//
// The black box: a fit sees a dataset with hidden rows, and the same with other items, ratings and times in their place. Whoever looks at
// hidden rows, by whatever way, gives another model or other lists.
import { afterEach, describe, expect, test } from 'vitest'
import { resolveOptions, userIndex } from '../../src/base/index.ts'
import { checkHidden, type Dataset, type TrainingSet } from '../../src/dataset/index.ts'
import type { FittedModel, Tensor } from '../../src/model/index.ts'
import { modelDefinition } from '../../src/rank/index.ts'
import type { FeatureGroup } from '../../src/rank/features/contract.ts'
import { featureGroups } from '../../src/rank/features/registry.ts'
import { cutOff, type Cut } from '../../src/rank/two-stage/examples.ts'
import { fitFeatures } from '../../src/rank/two-stage/feature-set.ts'
import { fitFirstStage, statesOf } from '../../src/rank/two-stage/first-stage.ts'
import { learnedFrom } from '../../src/rank/two-stage/learned.ts'
import { fittedRoles, role, splitterDefinition, splitters, type Split } from '../../src/split/index.ts'
import { smallTwoStages, smallWorld, trainingOf } from './small-world.ts'

const context = { seed: 1, threads: 1 }
const small: Readonly<Record<string, Record<string, number>>> = { als: { factors: 4, iterations: 2 }, lambdamart: smallTwoStages }
const world = smallWorld({ users: 50, lengths: Array.from({ length: 50 }, (_, user) => 4 + user % 9) })

type Hide = 'test' | 'validation'
/** all: what no fit may look at, for those that do. */
type Fit = (training: TrainingSet, all: Dataset) => Promise<FittedModel>
const fitOf = (name: string): Fit => training => modelDefinition(name).fit(training, resolveOptions(modelDefinition(name).options, small[name] ?? {}), context)

/** Which rows a fit is given, [n]. */
const keptOf = ({ roles }: Split, hide: Hide): Uint8Array => roles.map(each => (hide === 'test' ? fittedRoles.includes(each) : each === role.training) ? 1 : 0)

/** The dataset with another item, another rating and a later time in each row that is not kept. */
function replaced(dataset: Dataset, isKept: Uint8Array): Dataset {
  const { interactions } = dataset
  const { users, nItems } = interactions
  const [items, values] = [interactions.items.slice(), interactions.values.slice()]
  const timestamps = Float64Array.from(interactions.timestamps ?? [])
  const had = new Set(Array.from(users, (user, row) => `${user} ${items[row]}`))
  isKept.forEach((kept, row) => {
    if (kept) return
    for (let step = 1; step < nItems && items[row] === interactions.items[row]; step++) {
      const other = (interactions.items[row] + 7 * step) % nItems
      if (had.has(`${users[row]} ${other}`)) continue
      items[row] = other
      had.add(`${users[row]} ${other}`)
    }
    values[row] = 6 - values[row]
    timestamps[row] += 12_345
  })
  return { ...dataset, interactions: { ...interactions, items, values, timestamps } }
}

/** What differs of two models: tensors by name, `options`, and the lists. */
function differences(one: FittedModel, other: FittedModel): string[] {
  const [a, b] = [one.state(), other.state()]
  const isSame = (x: Tensor | undefined, y: Tensor | undefined): boolean => x?.data.length === y?.data.length && (x?.data.every((value, at) => Object.is(value, y?.data[at])) ?? false)
  const names = [...new Set([...Object.keys(a.tensors), ...Object.keys(b.tensors)])].filter(name => !isSame(a.tensors[name], b.tensors[name]))
  const listsOf = (model: FittedModel): string => Array.from({ length: model.nUsers }, (_, user) => {
    const scores = new Float32Array(model.nItems)
    model.scoreUsers([userIndex(user)], scores)
    return scores.join(' ')
  }).join('\n')
  return [...names, ...JSON.stringify(a.options) === JSON.stringify(b.options) ? [] : ['options'], ...listsOf(one) === listsOf(other) ? [] : ['lists']]
}

/** What of a fit changes with the rows that are hidden from it. */
async function changedByHidden(fit: Fit, split: Split, hide: Hide): Promise<string[]> {
  const isKept = keptOf(split, hide)
  const fitTo = (dataset: Dataset): Promise<FittedModel> => fit(trainingOf(dataset, isKept), dataset)
  return differences(await fitTo(world), await fitTo(replaced(world, isKept))) // one after the other: what is planted is one thing for all
}

const groups = featureGroups as Record<string, FeatureGroup>
afterEach(() => { delete groups.planted })

describe.each(Object.keys(splitters))('hidden by %s', name => {
  const split = splitterDefinition(name).split(world)
  const { moment, validationFrom } = split.protocol

  test('other rows are in their place, and all the rest is the same', () => {
    for (const hide of ['test', 'validation'] as const) {
      const isKept = keptOf(split, hide)
      const { items } = replaced(world, isKept).interactions
      expect(items.map((item, row) => item === world.interactions.items[row] ? 1 : 0)).toEqual(Int32Array.from(isKept))
      expect(isKept).toContain(0)
    }
  })

  test.each(['lambdamart', 'neighbours', 'transitions', 'als'])('%s is blind to it, and its training set passes', async model => {
    for (const hide of ['test', 'validation'] as const) {
      const training = trainingOf(world, keptOf(split, hide))
      checkHidden(training, { ...split.heldOut, from: hide === 'test' ? moment : validationFrom }, model)
      if (hide === 'validation') checkHidden(training, split.validation, model)
      expect(await changedByHidden(fitOf(model), split, hide)).toEqual([])
    }
  })

  test.each(['lambdamart', 'neighbours', 'transitions', 'als'])('planted: a fit of %s that passes hidden rows on is seen, and its training set refused', async model => {
    expect(await changedByHidden((_, all) => fitOf(model)(trainingOf(all), all), split, 'test')).toContain('lists')
    expect(() => checkHidden(trainingOf(world), split.heldOut, model)).toThrow(/ERR_LEAK/)
  })

  test('planted: a group of features that reads the hidden items is seen by its name, and one that reads them when it is asked by what the trees have seen', async () => {
    const isKept = keptOf(split, 'test')
    const sumsOf = ({ interactions: { items, values, nItems } }: Dataset): Float32Array => {
      const sums = new Float32Array(nItems)
      items.forEach((item, row) => { if (!isKept[row]) sums[item] += values[row] + row / 1000 })
      return sums
    }
    const planted = (group: (all: Dataset) => FeatureGroup): Fit => (training, all) => {
      groups.planted = group(all)
      return fitOf('lambdamart')(training, all)
    }
    const fitted = planted(all => ({
      summary: 'planted',
      fit: ({ byItem: { nRows } }) => ({ sums: { shape: [nRows], data: sumsOf(all) } }),
      over: ({ sums }) => ({ names: ['planted'], fill: ({ candidates }, [column]) => column.set(Float32Array.from(candidates, item => sums.data[item])) }),
    }))
    const asked = planted(all => ({
      summary: 'planted', fit: () => ({}),
      over: () => ({ names: ['planted'], fill: ({ candidates }, [column]) => column.set(Float32Array.from(candidates, item => sumsOf(all)[item])) }),
    }))
    expect(await changedByHidden(fitted, split, 'test')).toContain('features.planted/sums')
    expect(await changedByHidden(asked, split, 'test')).toContain('ranker')
  })
})

describe('what the examples\' items must not be known to', () => {
  const training = trainingOf(world)
  const cutOf = (set: TrainingSet): Cut => cutOff(set, set.sequences ?? { indptr: new Uint32Array(1), items: new Int32Array() }, { positions: 2, examples: 1000 }, 1)
  const cut = cutOf(training)
  const learn = (given: Cut) => learnedFrom(given, resolveOptions(modelDefinition('lambdamart').options, smallTwoStages) as Parameters<typeof learnedFrom>[1], context)

  test('nothing planted: trees are learned', async () => expect((await learn(cut)).ranker.trees.length).toBeGreaterThan(0))

  test.each(['byUser', 'byItem', 'sequences', 'times'] as const)('planted: labels in %s of what the first stage is fitted on', async part => {
    await expect(learn({ ...cut, training: { ...cut.training, [part]: training[part] } })).rejects.toThrow(/ERR_LEAK: the first stage that the examples are made with would know what is hidden from it/)
  })
  test('planted: the first stage of the whole training set', async () => {
    await expect(learn({ ...cut, training })).rejects.toThrow(/ERR_LEAK/)
  })
  test('planted: one label of many', async () => {
    const { users, items, nUsers, nItems } = world.interactions
    const [{ user, label }] = cut.examples
    const isKept = Uint8Array.from(users, (of, row) => (of === user && items[row] === label) || !cut.examples.some(example => example.user === of && example.label === items[row]) ? 1 : 0)
    expect([nUsers, nItems]).toEqual([cut.training.byUser.nRows, cut.training.byItem.nRows])
    await expect(learn({ ...cut, training: trainingOf(world, isKept) })).rejects.toThrow(`in byUser user ${user} has item ${label}, which is hidden`)
  })

  // The sources and the features that examples are made with, by name.
  const known = async (of: Cut): Promise<Record<string, unknown>> => {
    const sources = statesOf(await fitFirstStage(of.training, context))
    return { ...sources, ...fitFeatures(of.training) }
  }
  const isLabel = new Set(cut.examples.map(({ user, label }) => `${user} ${label}`))
  const isKept = Uint8Array.from(world.interactions.users, (user, row) => isLabel.has(`${user} ${world.interactions.items[row]}`) ? 0 : 1)
  const others = trainingOf({ ...world, interactions: { ...replaced(world, isKept).interactions, timestamps: world.interactions.timestamps } })

  test('with other labels in their place the sources and the features that examples are made with are the same', async () => {
    const other = cutOf(others)
    expect(other.examples.map(({ user }) => user)).toEqual(cut.examples.map(({ user }) => user))
    expect(other.examples.filter(({ label }, at) => label === cut.examples[at].label)).toEqual([])
    expect(await known(other)).toEqual(await known(cut))
  })
  test('planted: a group of features of the whole training set, labels and all', async () => {
    const knownWith = async (whole: TrainingSet): Promise<Record<string, unknown>> => {
      groups.planted = { ...groups.popularity, fit: () => groups.popularity.fit(whole) }
      return known(cutOf(whole))
    }
    const [one, other] = [await knownWith(training), await knownWith(others)]
    expect(Object.keys(one).filter(name => JSON.stringify(one[name]) !== JSON.stringify(other[name]))).toEqual(['planted'])
  })
})

describe('events after the moment', () => {
  const split = splitterDefinition('global-time').split(world)
  const { moment, validationFrom } = split.protocol
  const { timestamps = [] } = world.interactions
  const plantedIn = (hide: Hide, from = NaN): TrainingSet => {
    const isKept = keptOf(split, hide)
    isKept[Array.from(timestamps).findIndex(time => time >= from)] = 1
    return trainingOf(world, isKept)
  }

  test('planted: one of them is fitted on, in test and in validation, though nobody says whose is hidden', () => {
    expect(() => checkHidden(plantedIn('test', moment), { users: [], items: [], from: moment }, 'the fit')).toThrow(/ERR_LEAK: the fit .* in times or sequences the time \d+ occurs, expected none from \d+ on/)
    expect(() => checkHidden(plantedIn('validation', validationFrom), { users: [], items: [], from: validationFrom }, 'the fit')).toThrow(/ERR_LEAK: the fit .* the time/)
    expect(validationFrom).toBeLessThan(moment ?? NaN)
  })
  test('planted: a model fitted on all of them is seen in its lists', async () => {
    const late = Uint8Array.from(timestamps, () => 1)
    expect(await changedByHidden((_, all) => fitOf('neighbours')(trainingOf(all, late), all), split, 'test')).toContain('lists')
  })
})
