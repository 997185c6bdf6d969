// Every public symbol has a doc comment, and every error code is raised by a test.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { errorCatalogue } from '../../src/base/index.ts'
import { inRoot } from '../../../../tools/paths.mjs'

const door = (name: string): string => inRoot('packages', name, 'src', 'index.ts')

/** Both packages as the TypeScript compiler sees them. Only our own files are read, and nothing is type-checked, only bound. */
function ownFiles(): ts.Program {
  const options = { noLib: true, types: [], module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, allowImportingTsExtensions: true, noEmit: true }
  const fileOf = (specifier: string, from: string): string | undefined =>
    specifier === '@matinee/core' ? door('core') : specifier.startsWith('.') ? join(from, '..', specifier) : undefined
  const host: ts.CompilerHost = {
    ...ts.createCompilerHost(options),
    resolveModuleNameLiterals: (literals, from) => literals.map(({ text }) => {
      const resolvedFileName = fileOf(text, from)
      return { resolvedModule: resolvedFileName === undefined ? undefined : { resolvedFileName, extension: ts.Extension.Ts } }
    }),
  }
  return ts.createProgram([door('core'), door('matinee')], options, host)
}

/** Exports without a sentence. */
function undocumented(program: ts.Program, entry: string): string[] {
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(entry)
  const module = source && checker.getSymbolAtLocation(source)
  if (!module) throw new Error(`${entry} is no module`)
  return checker.getExportsOfModule(module).filter(symbol => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
    return ts.displayPartsToString(target.getDocumentationComment(checker)).trim() === ''
  }).map(symbol => symbol.name).sort()
}

describe('doc comments', () => {
  const program = ownFiles()
  test.each(['core', 'matinee'])('every public symbol of %s has one', name => {
    expect(undocumented(program, door(name))).toEqual([])
  })
})

describe('error codes', () => {
  const texts = ['core', 'matinee'].flatMap(name => {
    const folder = inRoot('packages', name, 'test')
    return readdirSync(folder, { recursive: true }).map(String)
      .filter(path => path.endsWith('.ts') && !/^docs[\\/]/.test(path))
      .map(path => readFileSync(join(folder, path), 'utf8'))
  })
  // a floor: that the name stands in a test; what the test does with it is the reader's to see
  test.each(Object.keys(errorCatalogue))('%s stands in a test', code => {
    expect(texts.some(text => new RegExp(`\\b${code}\\b`).test(text))).toBe(true)
  })
})
