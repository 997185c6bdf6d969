// The lock installs everywhere: whatever a locked package may need on another platform is locked as well.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { missingBuilds } from '../../../../tools/lock.mjs'
import { inRoot } from '../../../../tools/paths.mjs'

interface Locked { version: string, link?: boolean, integrity?: string, optional?: boolean, hasInstallScript?: boolean, cpu?: string[], os?: string[] }
const read = (file: string): Record<string, Record<string, never>> => JSON.parse(readFileSync(inRoot(file), 'utf8')) as never
const locked = read('package-lock.json').packages as unknown as Record<string, Locked>

describe('package-lock.json', () => {
  test('lacks no build for another platform, since npm ci fails without it where the registry has it', () => {
    expect(missingBuilds(locked).map(({ name }) => name)).toEqual([])
  })

  test('a lock without the macOS build of DuckDB is found out', () => {
    const { 'node_modules/@duckdb/node-bindings-darwin-arm64': _, ...rest } = locked
    expect(missingBuilds(rest).map(({ name }) => name)).toEqual(['@duckdb/node-bindings-darwin-arm64'])
  })

  test.for(['linux x64', 'linux arm64', 'darwin x64', 'darwin arm64', 'win32 x64', 'win32 arm64'])('holds DuckDB, rolldown, esbuild and lightningcss for %s', platform => {
    const [os, cpu] = platform.split(' ')
    const forPlatform = Object.entries(locked).filter(([, entry]) => entry.os?.includes(os) && entry.cpu?.includes(cpu)).map(([place]) => place)
    for (const family of ['@duckdb/node-bindings-', '@rolldown/binding-', '@esbuild/', 'lightningcss-']) {
      expect(forPlatform.filter(place => place.startsWith(`node_modules/${family}`)), family).not.toEqual([])
    }
  })

  test('binds every package by a hash, except builds for other platforms that the registry lacked', () => {
    const unbound = Object.entries(locked).filter(([place, entry]) => place.includes('node_modules/') && !entry.link && !entry.integrity)
    expect(unbound.filter(([, entry]) => !entry.optional || !entry.os).map(([place]) => place)).toEqual([])
  })

  test('only approved packages run an install script', () => {
    const scripted = Object.entries(locked).filter(([, entry]) => entry.hasInstallScript).map(([place]) => place.replace('node_modules/', ''))
    const approved = Object.keys(read('package.json').allowScripts)
    expect(scripted.filter(name => !approved.includes(name))).toEqual([])
  })

  test('every dependency is named by its exact version', () => {
    for (const file of ['package.json', 'packages/core/package.json', 'packages/matinee/package.json']) {
      const { dependencies = {}, devDependencies = {} } = read(file)
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) expect(`${name}@${String(version)}`).toMatch(/@\d+\.\d+\.\d+(-[\w.]+)?$/)
    }
  })
})
