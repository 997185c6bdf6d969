// What a model says to a tuner: ranges that its own declaration allows, and an effort that is one of its options.
import { describe, expect, test } from 'vitest'
import { checkOption } from '../../src/base/index.ts'
import { allModels as models, modelDefinition } from '../../src/rank/index.ts'

describe.each(Object.keys(models))('%s', name => {
  const { options, effort } = modelDefinition(name)

  test('its ranges for a tuner lie in what the options allow, and rise', () => {
    for (const [option, spec] of Object.entries(options)) {
      if (!spec.tune) continue
      const values = spec.kind === 'choice' ? spec.tune : [spec.tune.min, spec.tune.max]
      for (const value of values) expect(checkOption(option, spec, value)).toBe(value)
      if (spec.kind === 'choice') continue
      expect(spec.tune.min, option).toBeLessThan(spec.tune.max)
      if (spec.tune.scale === 'log') expect(spec.tune.min, option).toBeGreaterThan(0)
    }
  })

  test('its effort, if it has one, is an integer option from 1 with a range', () => {
    if (effort === undefined) return
    expect(options[effort]).toMatchObject({ kind: 'integer', tune: { min: expect.any(Number) } })
  })
})
