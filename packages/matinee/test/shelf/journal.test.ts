// A journal cut off at any byte has every line that was whole, and goes on.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openJournal } from '../../src/shelf/index.ts'
import { temporaryFolder } from './help.ts'

const entries = [{ first: 'with a line\nend and „quotes“' }, { second: [1, 2.5, null] }, { third: 'é' }]

async function written(): Promise<string> {
  const path = join(temporaryFolder(), 'new', 'journal.jsonl')
  const journal = await openJournal(path)
  expect(journal.lines).toEqual([])
  await Promise.all(entries.map(entry => journal.append(entry)))
  await journal.close()
  return path
}

test('lines stand in the order of the calls and are read again', async () => {
  const path = await written()
  const journal = await openJournal(path)
  expect(journal.lines).toEqual(entries)
  await journal.close()
})

test('cut off at any byte, it keeps the lines before, drops the torn one and takes new ones', async () => {
  const path = await written()
  const bytes = readFileSync(path)
  for (let length = 0; length <= bytes.length; length++) {
    writeFileSync(path, bytes.subarray(0, length))
    const nWhole = bytes.subarray(0, length).filter(byte => byte === 10).length
    const journal = await openJournal(path)
    expect(journal.lines).toEqual(entries.slice(0, nWhole))
    await journal.append({ after: length })
    await journal.close()
    expect(readFileSync(path, 'utf8').trimEnd().split('\n').map(line => JSON.parse(line) as unknown)).toEqual([...entries.slice(0, nWhole), { after: length }])
  }
})

test('a last line of zeros, as a power cut may leave it, is dropped; a damaged line before others is ERR_FORMAT with its number', async () => {
  const path = await written()
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, `${text}${'\0'.repeat(20)}\n`)
  const journal = await openJournal(path)
  expect(journal.lines).toEqual(entries)
  await journal.close()
  writeFileSync(path, text.replace('"second"', 'second'))
  await expect(openJournal(path)).rejects.toMatchObject({ code: 'ERR_FORMAT', detail: expect.stringContaining('line 2 of') })
})
