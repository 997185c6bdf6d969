// The installed package as a bundle for pages, run in a context that has the language and web APIs and nothing of Node.
import { createHash } from 'node:crypto'
import path from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { build, type BuildOptions } from 'esbuild'

const webApis = ['TextEncoder', 'TextDecoder', 'atob', 'btoa', 'performance', 'console', 'setTimeout', 'clearTimeout', 'queueMicrotask', 'AbortController',
  'AbortSignal', 'structuredClone', 'crypto', 'URL'] as const

/**
 * Bundles train-and-recommend.mjs of a project for browsers and runs it.
 *
 * shareMemory: false takes SharedArrayBuffer away, as a page that is not cross-origin isolated has it.
 * Throws if the bundle needs anything from outside it.
 */
export async function runBundled(project: string, shareMemory: boolean): Promise<{ itemIds: string[], checksums: Record<string, string> }> {
  const options: BuildOptions = {
    entryPoints: [path.join(project, 'train-and-recommend.mjs')], bundle: true, write: false, metafile: true,
    platform: 'browser', format: 'esm', target: 'es2022', logLevel: 'silent',
  }
  const { metafile } = await build(options)
  const outside = Object.values(metafile?.outputs ?? {}).flatMap(output => output.imports.map(imported => imported.path))
  const fromNode = Object.keys(metafile?.inputs ?? {}).filter(file => /pool[\\/]node\.js$/.test(file))
  if (outside.length + fromNode.length > 0) throw new Error(`the bundle for browsers takes ${[...outside, ...fromNode].join(', ')}, expected nothing`)

  const { outputFiles } = await build({ ...options, format: 'iife', globalName: 'bundle' })
  const context = createContext(Object.fromEntries(webApis.map(name => [name, globalThis[name]])))
  if (!shareMemory) runInContext('delete globalThis.SharedArrayBuffer', context)
  const found = runInContext('[typeof process, typeof require, typeof Buffer, typeof SharedArrayBuffer]', context) as string[]
  if (String(found) !== `undefined,undefined,undefined,${shareMemory ? 'function' : 'undefined'}`) throw new Error(`the context is not bare: ${found}`)
  runInContext(outputFiles?.[0].text ?? '', context)
  const { itemIds, saved } = await (runInContext('bundle.trainAndRecommend(1)', context) as Promise<{ itemIds: string[], saved: Record<string, Uint8Array> }>)
  const checksums = Object.entries(saved).map(([model, bytes]) => [model, createHash('sha256').update(bytes).digest('hex')])
  return { itemIds: [...itemIds], checksums: Object.fromEntries(checksums) }
}
