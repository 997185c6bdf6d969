// Options of `als`, declared once. The defaults were chosen on the validation item (bench/als-defaults.ts). A tuner leaves
// the solver and its steps alone: they trade time for exactness, and 2 steps are near the exact solution. It leaves the scaling alone
// too, since a range of lambda is a range for one scaling.

export const alsOptions = {
  factors: {
    kind: 'integer', default: 256, min: 1, max: 1024, help: 'Latent dimensions.',
    tune: { min: 16, max: 512, scale: 'log' },
  },
  alpha: {
    kind: 'number', default: 40, min: 0.001, max: 100_000, help: 'Confidence is c = 1 + alpha · weight.',
    tune: { min: 0.1, max: 50, scale: 'log' },
  },
  unobservedWeight: {
    kind: 'number', default: 1, min: 0.000_001, max: 1,
    help: 'Confidence of a pair without an interaction, at most the least that one with an interaction can have.',
  },
  regularization: {
    kind: 'number', default: 40, min: 0.000_001, max: 1_000_000, help: 'Lambda, on every factor, times what regularizationScaling says.',
    tune: { min: 0.5, max: 200, scale: 'log' },
  },
  regularizationScaling: {
    kind: 'choice', default: 'none', choices: ['none', 'counts', 'ials'],
    help: 'Lambda as it is, times a row\'s interactions, or times them plus unobservedWeight times the rows of the other side.',
  },
  iterations: {
    kind: 'integer', default: 6, min: 1, max: 1000, help: 'Sweeps: all users, then all items.',
    tune: { min: 2, max: 18, scale: 'log' },
  },
  solver: { kind: 'choice', default: 'cg', choices: ['cg', 'cholesky'], help: 'Conjugate gradient in whitened coordinates, or exact.' },
  cgSteps: { kind: 'integer', default: 2, min: 1, max: 100, help: 'Conjugate gradient steps for each row and sweep.' },
  momentum: {
    kind: 'number', default: 0.5, min: 0, max: 0.95,
    help: 'Share of the items\' last move that is added after each iteration, so that fewer are needed; 0 is plain ALS.',
    tune: { min: 0, max: 0.8, scale: 'linear' },
  },
  tolerance: {
    kind: 'number', default: 0, min: 0, max: 1,
    help: 'Stop when an iteration lowers the loss by less than this share of it; 0 never stops early.',
  },
} as const
