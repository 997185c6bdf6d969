// matinee's own version, from its package.json.
import { createRequire } from 'node:module'

const own = createRequire(import.meta.url)('matinee/package.json') as { version: string }

/** As published, e.g. `0.1.0`. */
export const packageVersion: string = own.version

/** What a manifest says about the software. */
export const software: Readonly<Record<string, string>> = { matinee: packageVersion, node: process.versions.node }
