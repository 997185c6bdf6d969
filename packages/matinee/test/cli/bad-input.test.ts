// Bad input gets a clear error with the value, and loses nothing.
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { withLock } from '../../src/shelf/index.ts'
import { save } from '../../src/folders.ts'
import { fit } from '@matinee/core'
import { COLUMNS, fails, HEADER, json, matinee, scratchFolder, SMALL, writeEvents } from './help.ts'

const cwd = scratchFolder()
const place = { cwd }
const TRAIN = ['train', 'events.csv', ...COLUMNS, ...SMALL] as const
const failed = (error: string, says: RegExp | string) => ({ code: 1, error, says })

beforeAll(async () => {
  writeEvents(cwd)
  await json(TRAIN, place)
})

/** A file of the usual columns with a few good rows and then these. */
function write(file: string, ...rows: string[]): string {
  const good = Array.from({ length: 8 }, (_, at) => `c${at % 4},s${at % 3},4,${1_700_000_000 + at}`)
  writeFileSync(join(cwd, file), `${[HEADER, ...good, ...rows].join('\n')}\n`)
  return file
}

describe('files', () => {
  test('that are not there', () => fails(['train', 'nowhere.csv', ...COLUMNS], place, failed('ERR_FILE_MISSING', /nowhere\.csv/)))

  test('that are empty, or hold a header only', async () => {
    writeFileSync(join(cwd, 'empty.csv'), '')
    writeFileSync(join(cwd, 'head.csv'), `${HEADER}\n`)
    for (const file of ['empty.csv', 'head.csv']) await fails(['train', file, ...COLUMNS], place, failed('ERR_FILE_EMPTY', file))
  })

  test('in which the columns named are missing: the error lists those that are there', () =>
    fails(['train', 'events.csv', '--user', 'buyer', '--item', 'sku'], place, failed('ERR_FILE_FORMAT', /"customer", "sku", "stars", "ts"/)))

  test('cut by another delimiter than the one named', () =>
    fails(['train', 'events.csv', ...COLUMNS, '--delimiter', ';'], place, failed('ERR_FILE_FORMAT', /customer,sku,stars,ts/)))

  test('with a delimiter, a quote and an encoding that are named are read as named', async () => {
    const text = readFileSync(join(cwd, 'events.csv'), 'utf8').replaceAll(',', ';').replaceAll('c1;', 'Zoë "Z";')
    writeFileSync(join(cwd, 'named.csv'), text, 'latin1')
    const flags = ['--delimiter', ';', '--quote', '', '--encoding', 'latin-1', '--out', 'named']
    await json(['train', 'named.csv', ...COLUMNS, ...SMALL, ...flags], place)
    expect(await json(['recommend', '--user-id', 'Zoë "Z"', '--artifacts', 'named'], place)).toMatchObject({ userId: 'Zoë "Z"' })
  })

  test.each([
    ['NaN', 'c1,s1,nan,1700000100', /line 10.*stars is "nan"/],
    ['inf', 'c1,s1,inf,1700000100', /line 10.*stars is "inf"/],
    ['a negative rating', 'c1,s1,-3,1700000100', /line 10.*stars is "-3"/],
    ['a missing user', ',s1,3,1700000100', /line 10.*customer is missing/],
    ['a time that is none', 'c1,s1,3,yesterday', /line 10.*ts is "yesterday"/],
  ])('with %s in a row are refused with file, line and value, or the row is left out and counted', async (what, row, says) => {
    const file = write(`${what.replaceAll(' ', '-')}.csv`, row)
    await fails(['evaluate', file, ...COLUMNS, ...SMALL, '--k', '2'], place, failed('ERR_BAD_ROW', says))
    const { dataset } = await json<{ dataset: object }>(['evaluate', file, ...COLUMNS, ...SMALL, '--k', '2', '--skip-bad-rows'], place)
    expect(dataset).toMatchObject({ badRows: 1, rowsRead: 9 })
  })

  test('of which a filter leaves nothing', () => fails([...TRAIN, '--min-rating', '6'], place, failed('ERR_EMPTY', /below the lowest rating/)))

  test('without times, for a model that needs them', async () => {
    writeFileSync(join(cwd, 'timeless.csv'), 'user,item\na,x\na,y\nb,x\n')
    await fails(['evaluate', 'timeless.csv', '--k', '1', '--model', 'popularity', '--days', '30'], place, failed('ERR_NO_TIME', /30 days/))
  })
})

describe('values', () => {
  test('k larger than the catalogue is refused before the fit', () =>
    fails([...TRAIN, '--k', '26'], place, { code: 2, error: 'ERR_OPTION', says: /k is 26, expected an integer from 1 to the 25 items of the catalogue/ }))

  test('an unknown user or item comes with the nearest ids', async () => {
    await fails(['recommend', '--user-id', 'c99'], place, failed('ERR_UNKNOWN_USER', /no user "c99" among 30; the nearest ids are (c\d?9(, )?){3}/))
    await fails(['similar', '--item-id', 'x4'], place, failed('ERR_UNKNOWN_ITEM', /s4/))
    await fails(['explain', '--user-id', 'c1', '--item-id', 's99'], place, failed('ERR_UNKNOWN_ITEM', /s9/))
  })

  test.each([['0'], ['2.5']])('--n %s is no length of a list', n =>
    fails(['recommend', '--user-id', 'c1', '--n', n], place, { code: 2, error: 'ERR_OPTION', says: `n is ${n}` }))

  test('a history or a filter that cannot be read', async () => {
    await fails(['recommend', '--history', 's1:0'], place, { code: 2, error: 'ERR_OPTION', says: /"s1:0", expected ITEM:RATING/ })
    await fails(['recommend', '--user-id', 'c1', '--where', 'red'], place, { code: 2, error: 'ERR_OPTION', says: /"red", expected ATTRIBUTE=VALUE/ })
  })

  test('a model says what it cannot do', async () => {
    await json([...TRAIN.slice(0, -2), '--model', 'popularity', '--out', 'popular'].filter(flag => !['--factors', '4', '--iterations', '2'].includes(flag)), place)
    await fails(['explain', '--user-id', 'c1', '--item-id', 's1', '--artifacts', 'popular'], place, failed('ERR_NOT_SUPPORTED', /"popularity"/))
  })
})

describe('artifacts', () => {
  const copy = (name: string): string => {
    cpSync(join(cwd, 'artifacts'), join(cwd, name), { recursive: true })
    return join(cwd, name)
  }
  const version = (folder: string): string => readdirSync(folder).find(name => name.endsWith('-als')) ?? ''

  test('that are not there', async () => {
    for (const argv of [['recommend', '--user-id', 'c1'], ['inspect'], ['versions', 'list']]) {
      await fails([...argv, '--artifacts', 'nowhere'], place, failed('ERR_ARTIFACT_MISSING', /nowhere/))
    }
  })

  test('of which a file is missing or a byte is flipped: every command refuses, and list tells which', async () => {
    for (const file of readdirSync(join(cwd, 'artifacts', version(join(cwd, 'artifacts'))))) {
      const folder = copy('flipped')
      const path = join(folder, version(folder), file)
      const bytes = readFileSync(path)
      bytes[bytes.length >> 1] ^= 0x10
      writeFileSync(path, bytes)
      await fails(['inspect', '--artifacts', 'flipped'], place, failed('ERR_ARTIFACT_CORRUPT', file))
      rmSync(path)
      const { code, stderr } = await matinee(['recommend', '--user-id', 'c1', '--artifacts', 'flipped'], place)
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^ERR_ARTIFACT_(MISSING|CORRUPT)/) })
      rmSync(folder, { recursive: true })
    }
  })

  test('of a newer matinee', async () => {
    const folder = copy('newer')
    const path = join(folder, version(folder), 'manifest.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"schemaVersion": 1', '"schemaVersion": 2'))
    await fails(['inspect', '--artifacts', 'newer'], place, failed('ERR_ARTIFACT_NEWER', /schemaVersion 2/))
  })

  test('a version that is not there cannot be used', () =>
    fails(['versions', 'use', '2026-01-01T00-00-00Z-als'], place, failed('ERR_ARTIFACT_MISSING', /2026-01-01T00-00-00Z-als/)))

  test('a folder without a version is listed as such', async () => {
    mkdirSync(join(cwd, 'bare'))
    expect(await json(['versions', 'list', '--artifacts', 'bare'], place)).toEqual([])
    expect((await matinee(['versions', 'list', '--artifacts', 'bare'], place)).stdout).toContain('no version')
  })

  test('a second train in the same folder is refused and says who is at work', async () => {
    const folder = copy('busy')
    await withLock(folder, 'train als', () =>
      fails([...TRAIN, '--out', 'busy'], place, failed('ERR_LOCKED', new RegExp(`process ${process.pid} .*train als`))))
    await json([...TRAIN, '--out', 'busy'], place)
  })

  test('a failed train leaves the live version live', async () => {
    const folder = copy('kept')
    copyFileSync(join(cwd, 'events.csv'), join(cwd, 'broken.csv'))
    writeFileSync(join(cwd, 'broken.csv'), 'c1,s1,nan,1\n', { flag: 'a' })
    await fails(['train', 'broken.csv', ...COLUMNS, ...SMALL, '--out', 'kept'], place, failed('ERR_BAD_ROW', /broken\.csv/))
    expect(await json(['inspect', '--artifacts', 'kept'], place)).toMatchObject({ version: version(folder) })
  })

  test('a version that a program saved, without numbers, is served and inspected too', async () => {
    const events = [['a', 'x'], ['a', 'y'], ['b', 'y'], ['b', 'z']].map(([userId, itemId]) => ({ userId, itemId }))
    await save(await fit(events, { factors: 2, threads: 1 }), join(cwd, 'program'))
    expect(await json(['recommend', '--user-id', 'a', '--n', '1', '--artifacts', 'program'], place)).toMatchObject({ recommendations: [{ itemId: 'z' }] })
    expect((await matinee(['recommend', '--user-id', 'a', '--artifacts', 'program'], place)).code).toBe(0)
    expect((await matinee(['inspect', '--artifacts', 'program'], place)).stdout).toContain('not measured')
    expect(await json(['versions', 'list', '--artifacts', 'program'], place)).toMatchObject([{ live: true, dataset: null }])
  })

  test('Ctrl-C before the save leaves nothing but the former version, and exits with 130', async () => {
    const folder = copy('cancelled')
    const controller = new AbortController()
    const training = matinee([...TRAIN, '--out', 'cancelled', '--iterations', '1000'], { cwd, signal: controller.signal })
    setTimeout(() => controller.abort(new Error('interrupted')), 20)
    const { code, stderr } = await training
    expect({ code, stderr }).toEqual({ code: 130, stderr: expect.stringContaining('ERR_ABORTED') })
    expect(readdirSync(folder).filter(name => name !== '.lock')).toEqual([version(folder), 'CURRENT'])
    expect(readdirSync(join(folder, '.lock'))).toEqual([])
  })
})
