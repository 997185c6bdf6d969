// What is hidden is looked for in what is fitted on, in every run: docs/decisions/0035-no-leakage.md.
import { afterEach, describe, expect, test } from 'vitest'
import { fittedRoles, prepareDataset, role, splitters, synthetic, type Dataset, type Split, type SplitterDefinition } from '@matinee/core'
import { runConfig } from '../../src/experiment/index.ts'
import { loadAndHide } from '../../src/experiment/hide.ts'
import { stopwatch } from '../../src/experiment/stopwatch.ts'

const load = (): Promise<Dataset> => Promise.resolve(prepareDataset(synthetic({ users: 80, items: 60, interactions: 1500 })))
const hideWith = (split: string, model: string, hide: 'test' | 'validation') =>
  loadAndHide(load, { ...runConfig({ model, k: 5 }, {}), split, splitOptions: {} }, stopwatch().time, hide)

const registry = splitters as Record<string, SplitterDefinition>
afterEach(() => { delete registry.planted })
/** A splitter whose parts are as it says, but for the roles of some rows. */
function plant(name: string, change: (roles: Uint8Array, dataset: Dataset) => void): void {
  registry.planted = {
    help: 'planted', options: {},
    split: (dataset): Split => {
      const { test, validation, heldOut, protocol, ...made } = registry[name].split(dataset)
      change(made.roles, dataset)
      return { ...made, test, validation, heldOut, protocol, isFitted: made.roles.map(each => fittedRoles.includes(each) ? 1 : 0) }
    },
  }
}

describe.each(Object.keys(splitters))('%s', name => {
  test.each(['als', 'transitions', 'neighbours', 'lambdamart'])('nothing hidden is in what %s is fitted on', async model => {
    for (const hide of ['test', 'validation'] as const) await expect(hideWith(name, model, hide)).resolves.toBeDefined()
  })

  test.each(['als', 'lambdamart'])('planted: one hidden row that %s would be fitted on', async model => {
    for (const hide of ['test', 'validation'] as const) {
      plant(name, roles => { roles[roles.lastIndexOf(role[hide])] = role.training })
      const told = hide === 'validation' && name === 'global-time' ? 'times or sequences the time' : 'byUser user \\d+ has item'
      await expect(hideWith('planted', model, hide)).rejects.toThrow(new RegExp(`ERR_LEAK: the fit( to choose by)? would know what is hidden from it: in ${told} \\d+`))
    }
  })
})

test('planted: an event after the moment that is no part of the test', async () => {
  plant('global-time', (_, { interactions: { timestamps = [] } }) => { (timestamps as Float64Array)[0] = 4e9 })
  await expect(hideWith('planted', 'als', 'test')).rejects.toThrow(/ERR_LEAK: the fit would know what is hidden from it: in times or sequences the time 4000000000 occurs, expected none from \d+ on/)
})
