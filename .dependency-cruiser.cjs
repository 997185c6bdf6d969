// The plan of ARCHITECTURE.md as rules: a room may use only the rooms named beside it, entered by their index.ts.
// packages/core/test/package/import-table.integration.test.ts plants one bad import for each rule and sees it caught.
const core = {
  base: [],
  sparse: ['base'],
  kernels: ['base', 'sparse'],
  dataset: ['base', 'sparse'],
  split: ['base', 'sparse', 'dataset'],
  model: ['base', 'sparse', 'kernels', 'dataset'],
  rank: ['base', 'sparse', 'kernels', 'dataset', 'split', 'model'],
  evaluate: ['base', 'sparse', 'dataset', 'split', 'model', 'rank'],
  artifact: ['base', 'dataset', 'model', 'rank'],
  recommender: ['base', 'sparse', 'kernels', 'dataset', 'split', 'model', 'rank', 'evaluate', 'artifact'],
}
const matinee = {
  files: [],
  shelf: [],
  experiment: ['files', 'shelf'],
  report: [],
  tune: ['shelf', 'experiment'],
  store: [],
  serve: ['shelf', 'store'],
  retrain: ['shelf', 'experiment', 'store'],
  cli: ['files', 'shelf', 'experiment', 'report', 'tune', 'store', 'serve', 'retrain'],
}
// Which packages of npm a room of matinee may use, besides @matinee/core; no other room may.
const packages = {
  files: '@duckdb|yauzl', report: '@observablehq/plot|linkedom', store: 'better-sqlite3|pg|kysely',
  serve: 'fastify|@fastify|typebox|prom-client', cli: 'commander|cli-progress|cli-table3',
}

const notOurs = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown', 'core']
const error = rule => ({ severity: 'error', ...rule })
const rooms = (root, table) => Object.entries(table).map(([room, others]) => error({
  name: `${room}-uses-only-its-neighbours`,
  from: { path: `^${root}/${room}/` },
  to: { path: `^${root}/`, pathNot: `^${root}/(${[room, ...others].join('|')})/` },
}))

module.exports = {
  forbidden: [
    error({ name: 'no-cycles', from: {}, to: { circular: true } }),
    ...rooms('packages/core/src', core),
    ...rooms('packages/matinee/src', matinee),
    error({
      name: 'every-room-is-in-the-table',
      comment: 'A new room needs a line above that says what it may use.',
      from: { path: '^packages/(core|matinee)/src/', pathNot: [`^packages/core/src/(${Object.keys(core).join('|')})/`, `^packages/matinee/src/(${Object.keys(matinee).join('|')})/`, '^packages/[^/]+/src/[^/]+\\.ts$'] },
      to: {},
    }),
    error({
      name: 'use-the-door',
      comment: 'Enter another room through its index.ts.',
      from: { path: '^(packages/[^/]+/src)/(?:([^/]+)/|[^/]+\\.ts$)' },
      to: { path: '^$1/[^/]+/', pathNot: ['^$1/$2/', '^$1/[^/]+/index\\.ts$'] },
    }),
    error({
      name: 'no-own-door',
      comment: 'Inside a room import the file itself; its index.ts is for the others.',
      from: { path: '^(packages/[^/]+/src/[^/]+)/', pathNot: '/index\\.ts$' },
      to: { path: '^$1/index\\.ts$' },
    }),
    error({
      name: 'no-package-door-inside',
      comment: 'The package\'s index.ts, and what else stands beside it, is for those outside.',
      from: { path: '^(packages/[^/]+/src)/.+/' },
      to: { path: '^$1/[^/]+\\.ts$' },
    }),
    error({
      name: 'core-by-its-door',
      comment: 'matinee knows core as @matinee/core.',
      from: { path: '^packages/matinee/src/' },
      to: { path: '^packages/core/', pathNot: '^packages/core/src/index\\.ts$' },
    }),
    error({
      name: 'core-is-portable',
      comment: 'Core runs in browsers: no package, and node: only in the adapter that the condition `node` picks.',
      from: { path: '^packages/core/src/', pathNot: '^packages/core/src/kernels/pool/(node|worker)\\.ts$' },
      to: { dependencyTypes: notOurs },
    }),
    error({ name: 'core-never-uses-matinee', from: { path: '^packages/core/src/' }, to: { path: '^packages/matinee/' } }),
    ...Object.keys(matinee).map(room => error({
      name: `${room}-packages`,
      from: { path: `^packages/matinee/src/${room}/` },
      to: { dependencyTypes: notOurs.filter(type => type !== 'core'), pathNot: `node_modules/(@matinee/core|${packages[room] ?? '-'})` },
    })),
    error({ name: 'source-never-uses-tests', from: { path: '^packages/[^/]+/src/' }, to: { path: '^packages/[^/]+/test/|^tools/' } }),
    error({ name: 'everything-resolves', from: {}, to: { couldNotResolve: true } }),
    error({ name: 'no-orphans', from: { orphan: true, path: '^packages/[^/]+/src/' }, to: {} }),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['matinee-source', 'node', 'import', 'default'], extensions: ['.ts', '.js', '.mjs', '.json'] },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/|^packages/core/assembly/' },
  },
}
