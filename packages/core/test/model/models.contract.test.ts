// What every model of the registry keeps to.
import { describe, expect, test } from 'vitest'
import { resolveOptions, userIndex } from '../../src/base/index.ts'
import { trainingSet } from '../../src/dataset/index.ts'
import { modelDefinition, models, type FittedModel } from '../../src/model/index.ts'
import { randomInteractions } from '../random-problem.ts'

const training = trainingSet(randomInteractions(60, 40, 0.2, 3), 'log')
const small: Readonly<Record<string, Record<string, number>>> = { als: { factors: 6, iterations: 4 } }

async function fitted(name: string, seed = 1, threads = 1): Promise<FittedModel> {
  const definition = modelDefinition(name)
  return definition.fit(training, resolveOptions(definition.options, small[name] ?? {}), { seed, threads })
}

function allScores(model: FittedModel): Float32Array {
  const scores = new Float32Array(model.nUsers * model.nItems)
  for (let user = 0; user < model.nUsers; user++) model.scoreUsers([userIndex(user)], scores.subarray(user * model.nItems, (user + 1) * model.nItems))
  return scores
}

describe.each(Object.keys(models))('%s', name => {
  test('the same seed gives the same bits on 1 and on 2 threads', async () => {
    const [one, two] = [await fitted(name, 1, 1), await fitted(name, 1, 2)]
    expect(two.state()).toEqual(one.state())
    expect(allScores(two)).toEqual(allScores(one))
  })

  test('the state restores a model with the same scores', async () => {
    const model = await fitted(name)
    const restored = await modelDefinition(name).restore(model.state())
    expect(restored.state()).toEqual(model.state())
    expect(allScores(restored)).toEqual(allScores(model))
  })

  test('a state without its tensors, or with others, is refused with ERR_FORMAT', async () => {
    const state = (await fitted(name)).state()
    const first = Object.keys(state.tensors)[0]
    const wrong = [{}, { ...state.tensors, [first]: { shape: [3], data: new Float32Array(2) } }, { ...state.tensors, [first]: { shape: [1], data: new Uint8Array(1) } }]
    for (const tensors of wrong) await expect(modelDefinition(name).restore({ ...state, tensors })).rejects.toMatchObject({ code: 'ERR_FORMAT' })
  })

  test('an item without training interactions scores NaN, every other item a number', async () => {
    const { nUsers, nItems, ...model } = await fitted(name)
    const scores = new Float32Array(nItems)
    for (let user = 1; user < nUsers; user++) {
      model.scoreUsers([userIndex(user)], scores)
      expect(scores[nItems - 1]).toBeNaN()
      expect(scores.subarray(0, nItems - 1).every(Number.isFinite)).toBe(true)
    }
  })

  test('a user has the same scores alone and in a batch', async () => {
    const model = await fitted(name)
    const users = Array.from({ length: Math.min(model.batch, model.nUsers) }, (_, user) => userIndex(user))
    const batch = new Float32Array(users.length * model.nItems)
    model.scoreUsers(users, batch)
    expect(batch).toEqual(allScores(model).subarray(0, batch.length))
  })

  test('a threads, seed or clock that differs leaves no trace in the state but the seed\'s own effect', async () => {
    expect(JSON.stringify((await fitted(name, 7)).state().options)).not.toMatch(/thread|time|node/i)
  })
})

test('a name that is no model is refused with the names that are', () => {
  expect(() => modelDefinition('alz')).toThrow(/ERR_UNKNOWN_NAME: there is no model "alz"; expected one of als, popularity/)
  expect(() => modelDefinition('toString')).toThrow(/ERR_UNKNOWN_NAME/)
})
