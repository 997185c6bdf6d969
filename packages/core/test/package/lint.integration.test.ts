// Each law of eslint.config.js can fail: a planted line is caught, and the same line where it is allowed is not.
import { ESLint } from 'eslint'
import { describe, expect, test } from 'vitest'
import { inRoot } from '../../../../tools/paths.mjs'

const eslint = new ESLint({ cwd: inRoot() })
// Typed rules want a file that the project knows; its text is replaced by the planted one.
const inCore = 'packages/core/src/base/errors.ts'
const inMatinee = 'packages/matinee/bin/matinee.mjs'

async function rulesBroken(code: string, file: string): Promise<string[]> {
  const [{ messages }] = await eslint.lintText(`${code}\n`, { filePath: inRoot(file) })
  return messages.map(({ ruleId, message }) => ruleId ?? message)
}

describe('lint catches', () => {
  test.for([
    ['Math.log', 'export const x = Math.log(2)', 'no-restricted-properties'],
    ['Math.pow', 'export const x = Math.pow(2, 0.5)', 'no-restricted-properties'],
    ['a destructured Math.exp', 'const { exp } = Math\nexport const x = exp(2)', 'no-restricted-properties'],
    ['Math.random', 'export const x = Math.random()', 'no-restricted-properties'],
    ['Date.now', 'export const x = Date.now()', 'no-restricted-properties'],
    ['new Date', 'export const x = new Date()', 'no-restricted-syntax'],
    ['a power with a variable exponent', 'export const square = (n: number): number => 2 ** n', 'no-restricted-syntax'],
    ['a default export', 'export default 1', 'no-restricted-syntax'],
    ['an enum', 'export enum Colour { Red }', 'no-restricted-syntax'],
    ['any', 'export const x: any = 1', '@typescript-eslint/no-explicit-any'],
    ['an unused variable', 'const x = 1\nexport {}', '@typescript-eslint/no-unused-vars'],
    ['a type imported as a value', `import { MatineeError } from './errors.ts'\nexport type E = MatineeError`, '@typescript-eslint/consistent-type-imports'],
    ['a promise that nobody waits for', 'export function f(): void { Promise.resolve(1) }', '@typescript-eslint/no-floating-promises'],
    ['301 lines', '// a line\n'.repeat(300) + 'export {}', 'max-lines'],
    ['a test left alone', `declare const test: { only(name: string): void }\ntest.only('x')\nexport {}`, 'no-restricted-syntax'],
  ])('%s in core', async ([, code, rule]) => {
    expect(await rulesBroken(code, inCore)).toContain(rule)
  })
})

describe('lint allows', () => {
  test.for([
    ['a clock outside core', 'export const now = () => Date.now()', inMatinee],
    ['a power with a literal exponent', 'export const size = (n: number): number => n ** 2', inCore],
    ['Math.sqrt, whose bits IEEE 754 fixes', 'export const root = (n: number): number => Math.sqrt(n)', inCore],
  ])('%s', async ([, code, file]) => {
    expect(await rulesBroken(code, file)).toEqual([])
  })
})
