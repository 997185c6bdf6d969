// Options of `factorization`, declared once; the presets take some of them, with defaults of their own. The defaults here are those of
// `warp` and `lightfm`; all were chosen on the validation item (bench/factorization-defaults.ts).

export const options = {
  loss: {
    kind: 'choice', default: 'warp', choices: ['bpr', 'warp', 'logistic'], tune: ['bpr', 'warp', 'logistic'],
    help: 'bpr: an item had before one not had; warp: the same, the more the lower the item stands; logistic: had or not.',
  },
  factors: { kind: 'integer', default: 64, min: 1, max: 1023, tune: { min: 16, max: 128, scale: 'log' }, help: 'Latent dimensions.' },
  epochs: { kind: 'integer', default: 60, min: 1, max: 10_000, tune: { min: 10, max: 100, scale: 'log' }, help: 'Passes over the interactions.' },
  learningRate: {
    kind: 'number', default: 0.03, min: 0.000_01, max: 10, tune: { min: 0.01, max: 0.2, scale: 'log' },
    help: 'Size of the first steps; AdaGrad makes them smaller, for each row by itself.',
  },
  userRegularization: {
    kind: 'number', default: 0.01, min: 0, max: 100, tune: { min: 0.001, max: 0.2, scale: 'log' },
    help: 'Lambda of the users\' factors, for each step.',
  },
  itemRegularization: {
    kind: 'number', default: 0.01, min: 0, max: 100, tune: { min: 0.001, max: 0.2, scale: 'log' },
    help: 'Lambda of the items\' factors and biases, for each step.',
  },
  tries: {
    kind: 'integer', default: 30, min: 1, max: 10_000, tune: { min: 5, max: 100, scale: 'log' },
    help: 'Items not had that are drawn for one that was, at most: warp looks for one that scores too high.',
  },
} as const
