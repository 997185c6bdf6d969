// The files of deploy/ name flags, routes, paths and ports of the service that exist, and agree with each other.
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { commands } from '../../src/cli/registry.ts'
import { routes } from '../../src/serve/routes/registry.ts'
import { matinee, scratchFolder } from '../cli/help.ts'
import { read } from './documents.ts'

const cwd = scratchFolder()

/** Instructions with their arguments, lines that go on joined. */
const dockerfile = read('deploy/Dockerfile').replaceAll(/\\\n/g, ' ').split('\n').filter(line => /^[A-Z]/.test(line))
  .map(line => ({ name: line.slice(0, line.indexOf(' ')), rest: line.slice(line.indexOf(' ')).trim() }))
const finalStage = dockerfile.slice(dockerfile.findLastIndex(({ name }) => name === 'FROM'))
const of = (wanted: string): string => finalStage.findLast(({ name }) => name === wanted)?.rest ?? ''
const inImage = JSON.parse(of('CMD')) as string[]

interface Compose { services: { matinee: { command: string[], ports: string[], volumes: string[], read_only: boolean, cap_drop: string[], security_opt: string[], tmpfs: string[] } } }
const { services: { matinee: composed } } = parse(read('deploy/compose.yaml')) as Compose

/** Of a unit: the values of a name, in their order. */
const unit = (name: string): string[] => read('deploy/matinee.service').split('\n').filter(line => line.startsWith(`${name}=`)).map(line => line.slice(name.length + 1))
const [program, ...inUnit] = unit('ExecStart')[0].split(' ')

const valueOf = (words: readonly string[], flag: string): string => words[words.indexOf(flag) + 1]

describe.each(Object.entries({ 'the image': inImage, 'compose.yaml': composed.command, 'the unit': inUnit }))('what %s starts', (_, words) => {
  let help = ''
  beforeAll(async () => { help = (await matinee([words[0], '--help'], { cwd })).stdout })

  test('is a command with flags that it has', () => {
    expect(Object.keys(commands)).toContain(words[0])
    const flags = words.filter(word => word.startsWith('--'))
    expect(flags).toEqual(expect.arrayContaining(['--artifacts', '--store', '--host', '--port']))
    for (const flag of flags) expect(help).toMatch(new RegExp(`^ +${flag} `, 'm'))
  })
})

describe('the image', () => {
  test('is run by a numbered user without rights, and its last stage runs nothing and takes no compiler', () => {
    expect(Number(of('USER').split(':')[0])).toBeGreaterThan(0)
    expect(finalStage.some(({ name }) => name === 'RUN')).toBe(false)
    expect(finalStage[0].rest).toMatch(/-slim$/)
    expect(dockerfile.filter(({ name }) => name === 'FROM').length).toBe(2)
  })

  test('keeps what changes in its volume, and asks a route of its own port whether it is well', () => {
    for (const flag of ['--artifacts', '--store']) expect(valueOf(inImage, flag).startsWith(`${of('VOLUME')}/`)).toBe(true)
    const [, port, path] = /http:\/\/127\.0\.0\.1:(\d+)(\/\w+)/.exec(of('HEALTHCHECK')) ?? []
    expect(Object.values(routes).map(({ url }) => url)).toContain(path)
    expect([port, of('EXPOSE')]).toEqual([valueOf(inImage, '--port'), valueOf(inImage, '--port')])
  })

  test('has the Node that the project is developed on', () => {
    const { devDependencies: { node } } = JSON.parse(read('package.json')) as { devDependencies: { node: string } }
    expect(read('deploy/Dockerfile')).toContain(`ARG NODE=${node}-`)
  })
})

test('compose.yaml runs what the image runs, without privileges, reachable from its host alone', () => {
  expect(composed).toMatchObject({ command: inImage, read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] })
  expect(composed.ports).toEqual([`127.0.0.1:${valueOf(inImage, '--port')}:${of('EXPOSE')}`])
  expect(composed.volumes.map(volume => volume.split(':')[1])).toEqual([of('VOLUME')])
  expect(composed.tmpfs[0]).toMatch(/^\/tmp:/)
})

describe('the unit', () => {
  test('writes to its state directory alone, as a user that sysusers makes, and listens on this machine', () => {
    expect(unit('ProtectSystem')).toEqual(['strict'])
    expect(unit('User')).toEqual([/^u (\S+)/m.exec(read('deploy/matinee.sysusers'))?.[1]])
    for (const flag of ['--artifacts', '--store']) expect(valueOf(inUnit, flag).startsWith(join('%S', unit('StateDirectory')[0], '/'))).toBe(true)
    expect(valueOf(inUnit, '--host')).toBe('127.0.0.1')
    expect(program).toBe('/usr/local/bin/matinee')
  })
})
