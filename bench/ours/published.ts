// The command as it is published: what packages/matinee/bin/matinee.mjs runs in a package, where a checkout prefers its sources.
//
//     node bench/ours/published.ts train …        after `node tools/build.mjs matinee`, without --conditions=matinee-source
import { inRoot } from '../../tools/paths.mjs'
import { pathToFileURL } from 'node:url'

const built = await import(pathToFileURL(inRoot('packages', 'matinee', 'dist', 'cli', 'main.js')).href) as { main: (args: readonly string[]) => Promise<number> }
process.exitCode = await built.main(process.argv.slice(2))
