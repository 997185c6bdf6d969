// The documents of the repository, and the code blocks in them.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../../../', import.meta.url))

const inFolder = (folder: string): string[] => readdirSync(join(root, folder), { recursive: true })
  .map(path => join(folder, String(path))).filter(path => path.endsWith('.md'))

/** Paths from the root, with slashes. */
export const documents: readonly string[] = [
  ...readdirSync(root).filter(name => name.endsWith('.md')), ...inFolder('docs'), 'packages/core/README.md', 'packages/matinee/README.md',
].map(path => relative(root, join(root, path)).split(sep).join('/'))

export const read = (path: string): string => readFileSync(join(root, path), 'utf8')

export interface CodeBlock {
  /** Of the document it stands in, and the line of its fence. */
  readonly document: string
  readonly line: number
  /** What stands behind the fence: `ts`, `ts more`, `sh` … */
  readonly info: string
  readonly code: string
}

/** Fenced blocks, in their order. */
export function codeBlocks(document: string): CodeBlock[] {
  const blocks: CodeBlock[] = []
  let open: { line: number, info: string, code: string[] } | undefined
  read(document).split('\n').forEach((text, at) => {
    if (!text.startsWith('```')) return void open?.code.push(text)
    if (open) blocks.push({ document, line: open.line, info: open.info, code: open.code.join('\n') })
    open = open ? undefined : { line: at + 1, info: text.slice(3).trim(), code: [] }
  })
  if (open) throw new Error(`${document}, line ${open.line}: the block is not closed.`)
  return blocks
}

/** The text without its fenced blocks and code spans: what a reader sees as prose, links and headings. */
export const prose = (document: string): string =>
  read(document).replace(/^```[^]*?^```$/gm, '').replace(/`[^`\n]*`/g, code => code.replace(/[[\]()]/g, ' '))
