// The laws of STYLE.md that a linter can hold. What formats code is left to .editorconfig and the reader's eye.
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

// ECMAScript leaves the last bits of these to the engine, so two machines would train two models. base/math.ts has its own.
const inexact = ['acos', 'acosh', 'asin', 'asinh', 'atan', 'atan2', 'atanh', 'cbrt', 'cos', 'cosh', 'exp', 'expm1', 'hypot', 'log', 'log10', 'log1p',
  'log2', 'pow', 'sin', 'sinh', 'tan', 'tanh']

const noDefaultExport = { selector: 'ExportDefaultDeclaration', message: 'Export by name, so that a thing is called the same everywhere.' }
const noEnum = { selector: 'TSEnumDeclaration', message: 'Use a union of strings: Node strips types and cannot strip an enum.' }
const noPower = {
  selector: ':matches(BinaryExpression[operator="**"], AssignmentExpression[operator="**="]):not([right.type="Literal"])',
  message: '** gives other bits on other engines; use pow of base/math.ts, or multiply.',
}
const noClock = { selector: ':matches(NewExpression, CallExpression)[callee.name="Date"]', message: 'A clock is an argument here, never an import.' }
const noOnly = {
  selector: 'MemberExpression[property.name="only"]:matches([object.name=/^(test|it|describe|suite)$/], [object.object.name=/^(test|it|describe)$/])',
  message: 'Left over from debugging: the other tests would not run.',
}

// Files over 300 lines, each with the decision that says why. None so far.
const longFiles = []

export default defineConfig(
  { ignores: ['**/node_modules/', '**/dist/', '.tools/', 'data/', 'artifacts/', 'packages/core/assembly/', 'bench/assembly/', 'packages/core/src/kernels/wasm/bytes.ts', '**/.venv/'] },
  {
    files: ['**/*.{js,mjs,cjs,ts}'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: { parser: tseslint.parser },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'eqeqeq': 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
      'no-constant-binary-expression': 'error',
      'no-debugger': 'error',
      'no-duplicate-imports': 'off', // a type import beside a value import is two
      'no-eval': 'error',
      'no-fallthrough': 'error',
      'no-implied-eval': 'error',
      'no-restricted-syntax': ['error', noDefaultExport, noEnum, noOnly],
      'no-self-compare': 'error',
      'no-unreachable': 'error',
      'no-unsafe-finally': 'error',
      'no-unsafe-negation': 'error',
      'no-var': 'error',
      'prefer-const': ['error', { destructuring: 'all' }],
      'use-isnan': 'error',
      'valid-typeof': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/no-unused-expressions': ['error', { allowShortCircuit: true }],
      '@typescript-eslint/no-useless-empty-export': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
    },
  },
  {
    // A promise that nobody waits for loses its error; only types can tell.
    files: ['packages/*/src/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['packages/core/src/**/*.ts'],
    rules: {
      'no-restricted-properties': ['error',
        ...inexact.map(property => ({ object: 'Math', property, message: 'It has other bits on other engines; base/math.ts has log, log1p, exp, pow.' })),
        { object: 'Math', property: 'random', message: 'Use seededRandom of base/random.ts.' },
        { object: 'Date', property: 'now', message: 'A clock is an argument here, never an import.' },
      ],
      'no-restricted-syntax': ['error', noDefaultExport, noEnum, noOnly, noPower, noClock],
    },
  },
  {
    // Tools read whole configurations by their default export; a test runner's reporter likewise.
    files: ['*.config.{js,ts}', 'tools/*-reporter.mjs', '*.cjs'],
    rules: { 'no-restricted-syntax': ['error', noEnum, noOnly] },
  },
  ...longFiles.map(files => ({ files: [files], rules: { 'max-lines': 'off' } })),
)
