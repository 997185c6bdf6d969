#!/usr/bin/env node
// The command `matinee`: checks the version of Node, then hands over to src/cli/main.ts, or in a package to what was
// built from it. Up to the check it is written for Node 14, so that an old one gets the message and no syntax error.

const needed = [22, 12]
// A checkout runs its TypeScript as it stands. Node 24.4 still ignores a condition that a hook adds (nodejs/node#59011); 24.10 is tried.
const neededInCheckout = [24, 10]

/** Whether the running Node is at least `major.minor`. @param {number[]} version */
function nodeIsAtLeast(version) {
  const running = process.versions.node.split('.').map(Number)
  return running[0] > version[0] || (running[0] === version[0] && running[1] >= version[1])
}

/** @param {number[]} version @param {string} what @param {string} advice */
function refuse(version, what, advice) {
  process.stderr.write('ERR_NODE_VERSION: ' + what + ' needs Node ' + version.join('.') + ' or newer; this is ' + process.versions.node + '.\n' + advice + '\n')
  process.exitCode = 1
}

async function start() {
  const [{ existsSync }, { fileURLToPath }] = await Promise.all([import('fs'), import('url')])
  const source = new URL('../src/cli/main.ts', import.meta.url)
  const here = fileURLToPath(import.meta.url)
  const inCheckout = !/[\\/]node_modules[\\/]/.test(here) && existsSync(fileURLToPath(source))
  if (inCheckout && !nodeIsAtLeast(neededInCheckout)) {
    return refuse(neededInCheckout, 'a checkout of matinee', 'Run `npm start`, which sets up Node 24 for it, or `npm ci` and then `npx matinee`.')
  }
  if (inCheckout) await preferSources()
  const { main } = await import(inCheckout ? source.href : new URL('../dist/cli/main.js', import.meta.url).href)
  process.exitCode = await main(process.argv.slice(2))
}

// In a checkout both packages are entered through their sources (the condition `matinee-source` in their package.json).
async function preferSources() {
  const { registerHooks } = await import('module')
  registerHooks({
    resolve: (specifier, context, next) => next(specifier, { ...context, conditions: [...context.conditions, 'matinee-source'] }),
  })
}

if (nodeIsAtLeast(needed)) {
  start().catch(error => {
    console.error(error)
    process.exitCode = 1
  })
} else {
  refuse(needed, 'matinee', 'Install it from https://nodejs.org, or in an npm project: npm install node@24 (npx then uses it).')
}
