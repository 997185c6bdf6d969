// Links lead somewhere, sources are listed, and nobody praises the code.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { documents, prose, read, root } from './documents.ts'

// as GitHub makes them: lower case, blanks to hyphens, everything else but letters, digits, hyphens and underscores gone
const anchorsOf = (document: string): string[] => [...read(document).replace(/^```[^]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)]
  .map(([, heading]) => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'))

describe.each(documents)('%s', document => {
  test('has links that lead to a file and, with #, to a heading in it', () => {
    const broken = [...prose(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target).filter(target => {
      if (/^(https?|mailto):/.test(target)) return false
      const [path, anchor] = target.split('#')
      const file = path === '' ? document : join(dirname(document), path)
      if (!existsSync(join(root, file))) return true
      return anchor !== undefined && (!statSync(join(root, file)).isFile() || !anchorsOf(file).includes(anchor))
    })
    expect(broken).toEqual([])
  })

  test('begins with one heading', () => {
    expect(read(document)).toMatch(/^# \S/)
    expect([...prose(document).matchAll(/^# /gm)]).toHaveLength(1)
  })

  test('gives no praise in place of a number', () => {
    expect(prose(document).replace(/No "fast", "simple" or "robust"/, '').match(/\b(blazing|fast|simple|simply|robust|easy|easily|powerful)\b/gi) ?? []).toEqual([])
  })
})

test('every decision is numbered once, without a gap', () => {
  const numbers = readdirSync(join(root, 'docs/decisions')).map(name => Number(name.slice(0, 4)))
  expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, at) => at + 1))
})

test('every symbol table names identifiers and files that exist', () => {
  for (const document of ['als', 'diversity', 'ease', 'factorization', 'item-knn', 'lambdamart', 'metrics', 'split', 'top-k', 'transitions', 'tuning', 'weights'].map(name => `docs/math/${name}.md`)) {
    for (const [, path] of read(document).matchAll(/\(?\b((?:base|dataset|split|model|rank|kernels|evaluate)\/[\w/-]+\.ts|assembly\/[\w-]+\.ts)/g)) {
      const file = path.startsWith('assembly/') ? `packages/core/${path}` : `packages/core/src/${path}`
      expect(existsSync(join(root, file)), `${document}: ${path}`).toBe(true)
    }
    for (const [, identifier, path] of read(document).matchAll(/`(\w+)` \(([a-z]\S+\.ts)\)/g)) {
      expect(read(`packages/core/src/${path}`), `${document}: ${identifier} in ${path}`).toMatch(new RegExp(`\\b${identifier}\\b`))
    }
  }
})

test('every paper that the mathematics cites stands in references.bib', () => {
  const years = new Set([...read('docs/references.bib').matchAll(/year {2,}= \{(\d{4})\}/g)].map(([, year]) => year))
  for (const document of documents.filter(path => path.startsWith('docs/math/'))) {
    for (const [cited, year] of prose(document).matchAll(/[A-Z]\p{L}+(?: et al\.)? \(?((?:19|20)\d\d)\)?/gu)) expect([...years], `${document}: ${cited}`).toContain(year)
  }
})
