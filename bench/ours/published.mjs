// The command as it is published: what packages/matinee/bin/matinee.mjs runs in a package, where a checkout prefers its sources.
// Plain JavaScript, as a package has it: Node takes 30 ms to get ready for TypeScript.
//
//     node bench/ours/published.mjs train …        after `node tools/build.mjs matinee`, without --conditions=matinee-source
const built = await import(new URL('../../packages/matinee/dist/cli/main.js', import.meta.url).href)
process.exitCode = await built.main(process.argv.slice(2))
