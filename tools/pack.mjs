// Packs a package as it would be published, and installs tarballs into an empty project.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { npm } from './npm.mjs'
import { inRoot, readJson } from './paths.mjs'

/**
 * Builds and packs; the path of the tarball.
 * @param {'core' | 'matinee'} name folder below packages/
 * @param {string} into folder for the tarball, made if needed
 * @returns {Promise<string>}
 */
export async function pack(name, into) {
  const manifest = readJson(inRoot('packages', name, 'package.json'))
  mkdirSync(into, { recursive: true })
  await npm(['pack', '--workspace', manifest.name, '--pack-destination', into, '--loglevel=error'], { cwd: inRoot(), quiet: true })
  return path.join(into, `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`)
}

/**
 * Makes an empty project in a folder and installs tarballs into it, as somebody else would.
 * @param {string} folder @param {string[]} tarballs
 */
export async function installInto(folder, tarballs) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'somebodys-project', private: true, type: 'module' }))
  await npm(['install', ...tarballs, '--loglevel=error', '--no-audit', '--no-fund'], { cwd: folder, quiet: true })
}
