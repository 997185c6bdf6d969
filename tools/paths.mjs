// Where things lie in the checkout, and which Node it is developed on.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import path from 'node:path'

/** The folder of the checkout. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** @param {string[]} parts @returns {string} a path inside the checkout */
export const inRoot = (...parts) => path.join(root, ...parts)

/** @param {string} file @returns {any} what a JSON file says */
export const readJson = file => JSON.parse(readFileSync(file, 'utf8'))

/** The exact version of Node 24 that the root package.json names, e.g. `24.21.0`. @returns {string} */
export const pinnedNode = () => readJson(inRoot('package.json')).devDependencies.node

/** What the machine's builds of packages are called, e.g. `linux-x64`. */
export const platform = `${process.platform}-${process.arch}`
