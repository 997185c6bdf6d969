// matinee's own version, from its package.json.
import { createRequire } from 'node:module'

const read = (path: string): string => (createRequire(import.meta.url)(path) as { version: string }).version

/** As published, e.g. `0.1.0`. */
export const packageVersion: string = read('../../package.json')

/** What a manifest says about the software. */
export const software: Readonly<Record<string, string>> = { matinee: packageVersion, node: process.versions.node }
