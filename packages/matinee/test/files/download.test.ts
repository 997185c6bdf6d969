// Downloads from a real server on the loopback interface that breaks, stalls, lies and recovers.
import { createHash } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Progress } from '@matinee/core'
import { datasets, downloadDataset, locateDataset, readDataset } from '../../src/files/index.ts'
import type { DownloadOptions } from '../../src/files/index.ts'
import { emptyFolder, detailOf, errorOf } from './support.ts'
import { sendFile, startServer } from './support-server.ts'
import { ml100kFiles, ml100kZip, renamed, zipOf } from './support-zip.ts'

const definition = datasets['ml-100k']
const zip = await ml100kZip()
const md5Of = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex')
const files = [...Object.keys(ml100kFiles), 'README'].sort()

type Answer = (request: IncomingMessage, response: ServerResponse, nth: number) => void

/** A mirror: the checksum as published, or `md5`, and the archive by `answer`. */
async function mirrorOf(answer: Answer, md5: string | undefined = md5Of(zip)) {
  return startServer((request, response, nth) => {
    if (request.url === '/sets/ml-100k.zip') answer(request, response, nth)
    else if (request.url === '/sets/ml-100k.zip.md5' && md5 !== undefined) response.end(`MD5 (ml-100k.zip) = ${md5}\n`)
    else response.writeHead(404).end()
  })
}

const quick = { backoffMs: 1, stallMs: 5_000 } as const
const get = (url: string, dataDir: string, options: DownloadOptions = {}): ReturnType<typeof downloadDataset> =>
  downloadDataset(definition, dataDir, { ...quick, mirror: `${url}sets`, ...options })
/** Sends the beginning, and breaks the connection once the test calls `cut`, as it does when that has arrived. */
function breaking(length: number): { answer: Answer; cut: (step: Progress) => void } {
  let open: ServerResponse | undefined
  return {
    answer: (_, response) => {
      open = response
      response.writeHead(200, { 'content-length': zip.length, etag: '"1"' })
      response.write(zip.subarray(0, length))
    },
    cut: ({ done }) => {
      if (done === length) open?.destroy()
    },
  }
}
const whole: Answer = (request, response) => sendFile(request, response, zip, '"1"')

describe('a download', () => {
  test('puts the files where the dataset is looked for, leaves nothing else, and shows its progress', async () => {
    const cwd = await emptyFolder()
    const { url } = await mirrorOf(whole)
    const progress: Progress[] = []
    const done = await get(url, join(cwd, 'data'), { onProgress: step => progress.push(step) })
    expect(done).toEqual({ folder: join(cwd, 'data', 'ml-100k'), url: `${url}sets/ml-100k.zip`, md5: md5Of(zip) })
    expect((await readdir(done.folder)).sort()).toEqual(files)
    expect(await readdir(join(cwd, 'data'))).toEqual(['ml-100k'])
    expect(await locateDataset(definition, { cwd })).toEqual({ folder: done.folder, foundIn: 'data' })
    expect((await readDataset(definition, done.folder)).catalogue[0].title).toBe('Léon (1994)')
    expect(progress.filter(({ stage }) => stage === 'download ml-100k.zip').at(-1)).toMatchObject({ done: zip.length, total: zip.length })
    const stages = ['download ml-100k.zip', 'check the archive', 'unpack ml-100k.zip']
    expect([...new Set(progress.map(({ stage }) => stage))]).toEqual(stages)
    expect(progress.every(({ done: part, total }) => part <= total)).toBe(true)
  })

  test('goes on where the connection broke', async () => {
    const { answer, cut } = breaking(100)
    const { url, asked } = await mirrorOf((request, response, nth) => (nth > 0 ? whole : answer)(request, response, nth))
    await get(url, await emptyFolder(), { onProgress: cut })
    expect(asked).toEqual(['/sets/ml-100k.zip.md5', '/sets/ml-100k.zip', '/sets/ml-100k.zip bytes=100-'])
  })

  test('goes on from the .part file of an earlier call', async () => {
    const dataDir = await emptyFolder()
    const { answer, cut } = breaking(100)
    await errorOf('ERR_DOWNLOAD', get((await mirrorOf(answer)).url, dataDir, { tries: 1, onProgress: cut }))
    expect(await readdir(dataDir)).toEqual(['ml-100k.zip.part'])
    const { url, asked } = await mirrorOf(whole)
    await get(url, dataDir)
    expect(asked[1]).toBe('/sets/ml-100k.zip bytes=100-')
    expect(await readdir(dataDir)).toEqual(['ml-100k'])
  })

  test('asks for nothing more when the .part file is whole', async () => {
    const dataDir = await emptyFolder()
    await writeFile(join(dataDir, 'ml-100k.zip.part'), zip)
    const { url, asked } = await mirrorOf(whole)
    await get(url, dataDir)
    expect(asked).toEqual(['/sets/ml-100k.zip.md5', `/sets/ml-100k.zip bytes=${zip.length}-`])
  })

  test('begins again from a server that knows no ranges, and from a file that changed in between', async () => {
    const dataDir = await emptyFolder()
    await writeFile(join(dataDir, 'ml-100k.zip.part'), 'something else')
    const { url } = await mirrorOf((_, response) => response.end(zip))
    await get(url, dataDir)
    const { answer, cut } = breaking(100)
    const changing = await mirrorOf((request, response, nth) => {
      if (nth > 0) sendFile(request, response, zip, '"2"')
      else answer(request, response, nth)
    })
    await get(changing.url, await emptyFolder(), { onProgress: cut })
    expect(changing.asked.at(-1)).toBe('/sets/ml-100k.zip bytes=100-')
  })

  test('begins once more when what was continued has the wrong checksum', async () => {
    const dataDir = await emptyFolder()
    await writeFile(join(dataDir, 'ml-100k.zip.part'), 'of another release')
    const { url, asked } = await mirrorOf(whole)
    await get(url, dataDir)
    expect(asked.slice(1)).toEqual(['/sets/ml-100k.zip bytes=18-', '/sets/ml-100k.zip'])
  })

  test('tries again after 500, 503 and 429, and counts its tries', async () => {
    const { url, asked } = await mirrorOf((request, response, nth) => {
      if (nth < 2) response.writeHead([500, 429][nth]).end()
      else whole(request, response, nth)
    })
    await get(url, await emptyFolder())
    expect(asked).toHaveLength(4)
    const down = await mirrorOf((_, response) => response.writeHead(503).end())
    const dataDir = await emptyFolder()
    expect(await detailOf('ERR_DOWNLOAD', get(down.url, dataDir))).toContain('in 3 tries: the server answered 503')
    expect(down.asked).toHaveLength(4)
    expect(await readdir(dataDir)).toEqual([])
  })

  test('waits twice as long before each further try', async () => {
    const times: number[] = []
    const { url } = await mirrorOf((_, response) => {
      times.push(performance.now())
      response.writeHead(500).end()
    })
    await errorOf('ERR_DOWNLOAD', get(url, await emptyFolder(), { backoffMs: 60 }))
    expect(times[1] - times[0]).toBeGreaterThan(55)
    expect(times[2] - times[1]).toBeGreaterThan(115)
  })

  test('does not try again after 404', async () => {
    const { url, asked } = await mirrorOf((_, response) => response.writeHead(404).end())
    expect(await detailOf('ERR_DOWNLOAD', get(url, await emptyFolder()))).toContain('answered 404')
    expect(asked).toHaveLength(2)
  })

  test('gives up a connection on which nothing comes, and goes on from there', async () => {
    const { url, asked } = await mirrorOf((request, response, nth) => {
      if (nth > 0) return whole(request, response, nth)
      response.writeHead(200, { 'content-length': zip.length })
      response.write(zip.subarray(0, 50))
    })
    await get(url, await emptyFolder(), { stallMs: 400 })
    expect(asked.at(-1)).toBe('/sets/ml-100k.zip bytes=50-')
    const silent = await mirrorOf(() => undefined)
    expect(await detailOf('ERR_DOWNLOAD', get(silent.url, await emptyFolder(), { stallMs: 50, tries: 2 })))
      .toContain('no byte for 50 ms')
  })

  test('from where nobody answers is ERR_DOWNLOAD', async () => {
    const { url } = await startServer(() => undefined)
    const port = Number(new URL(url).port)
    const error = await errorOf('ERR_DOWNLOAD', get(`http://127.0.0.1:${port === 1 ? 2 : 1}/`, await emptyFolder(), { tries: 2 }))
    expect(error.action).toContain('--mirror')
  })

  test('without a published checksum is taken for its CRCs, and says so', async () => {
    const { url } = await mirrorOf(whole, undefined)
    const noMd5 = await startServer((request, response, nth) => {
      if (request.url?.endsWith('.md5')) response.writeHead(404).end()
      else whole(request, response, nth)
    })
    expect((await get(noMd5.url, await emptyFolder())).md5).toBeUndefined()
    expect((await get(url, await emptyFolder())).md5).toBe(md5Of(zip))
  })

  test('with the wrong checksum is ERR_CHECKSUM and leaves nothing', async () => {
    const dataDir = await emptyFolder()
    const { url } = await mirrorOf(whole, '0'.repeat(32))
    expect(await detailOf('ERR_CHECKSUM', get(url, dataDir))).toContain(`${md5Of(zip)}, expected ${'0'.repeat(32)}`)
    expect(await readdir(dataDir)).toEqual([])
    await errorOf('ERR_DOWNLOAD', get((await mirrorOf(whole, 'none')).url, dataDir))
  })

  test('of a truncated, a hostile or another archive is ERR_ZIP and leaves nothing', async () => {
    const others = [zip.subarray(0, -30), renamed(zip, 'ml-100k/u.item', '../../../u.ite'), await zipOf([['ml-100k/u.data', 'x']])]
    for (const other of others) {
      const dataDir = await emptyFolder()
      const { url } = await mirrorOf((request, response) => sendFile(request, response, other), md5Of(other))
      await errorOf('ERR_ZIP', get(url, dataDir))
      expect(await readdir(dataDir)).toEqual([])
    }
  })

  test('that is cancelled is ERR_ABORTED and leaves only a .part file', async () => {
    const dataDir = await emptyFolder()
    const { url } = await mirrorOf((_, response) => {
      response.writeHead(200, { 'content-length': zip.length })
      response.write(zip.subarray(0, 50))
    })
    const controller = new AbortController()
    await errorOf('ERR_ABORTED', get(url, dataDir, { signal: controller.signal, onProgress: () => controller.abort() }))
    expect(await readdir(dataDir)).toEqual(['ml-100k.zip.part'])
    await errorOf('ERR_ABORTED', get(url, dataDir, { signal: AbortSignal.abort() }))
    const down = await mirrorOf((_, response) => response.writeHead(500).end())
    await errorOf('ERR_ABORTED', get(down.url, dataDir, { backoffMs: 60_000, signal: AbortSignal.timeout(200) }))
  })

  test('that is cancelled while it is unpacked leaves only the .part file, which is whole', async () => {
    const dataDir = await emptyFolder()
    const controller = new AbortController()
    await errorOf('ERR_ABORTED', get((await mirrorOf(whole)).url, dataDir, {
      signal: controller.signal, onProgress: ({ stage }) => stage.startsWith('unpack') && controller.abort(),
    }))
    expect(await readdir(dataDir)).toEqual(['ml-100k.zip.part'])
    expect((await stat(join(dataDir, 'ml-100k.zip.part'))).size).toBe(zip.length)
  })

  test('overwrites no folder that is not empty', async () => {
    const dataDir = await emptyFolder()
    const { url, asked } = await mirrorOf(whole)
    await mkdir(join(dataDir, 'ml-100k'))
    await writeFile(join(dataDir, 'ml-100k', 'u.data'), 'mine')
    expect(await detailOf('ERR_DOWNLOAD', get(url, dataDir))).toContain('without u.item, u.genre')
    expect(await readFile(join(dataDir, 'ml-100k', 'u.data'), 'utf8')).toBe('mine')
    expect(asked).toEqual([])
  })

  test('takes options within their ranges only', async () => {
    const dataDir = await emptyFolder()
    const wrong = [{ tries: 0 }, { tries: 1.5 }, { stallMs: 0 }, { backoffMs: -1 }, { mirror: 'ftp://x/' }, { mirror: 'nowhere' }]
    for (const options of wrong) {
      await errorOf('ERR_OPTION', get('http://127.0.0.1:1/', dataDir, options))
    }
  })

  test.skipIf(process.platform !== 'linux')('to a full disk is ERR_DISK_FULL (Linux: /dev/full stands for the disk)', async () => {
    const dataDir = await emptyFolder()
    await symlink('/dev/full', join(dataDir, 'ml-100k.zip.part'))
    await errorOf('ERR_DISK_FULL', get((await mirrorOf(whole)).url, dataDir))
  })

  const mayWriteAnywhere = process.platform === 'win32' || process.getuid?.() === 0
  test.skipIf(mayWriteAnywhere)('to a folder one may not write to is ERR_READ_ONLY (skipped: root may write anywhere)', async () => {
    const dataDir = await emptyFolder()
    await chmod(dataDir, 0o555)
    await errorOf('ERR_READ_ONLY', get((await mirrorOf(whole)).url, dataDir))
    await chmod(dataDir, 0o755)
  })

  test.skipIf(process.platform !== 'linux')('to a file system that takes no files is ERR_READ_ONLY (Linux: /sys)', async () => {
    await errorOf('ERR_READ_ONLY', get((await mirrorOf(whole)).url, '/sys/matinee'))
  })

  test('below a file is ERR_IO', async () => {
    const file = join(await emptyFolder(), 'file')
    await writeFile(file, '')
    await errorOf('ERR_IO', get((await mirrorOf(whole)).url, join(file, 'data')))
  })
})
