// What SECURITY.md says is shown by a test is the name of a test in the file that it links to.
import { expect, test } from 'vitest'
import { read } from './documents.ts'

const rows = read('SECURITY.md').split('\n').filter(line => /^\| .* \| .* \| \[/.test(line))

test('every threat is followed by tests that exist', () => {
  expect(rows.length).toBeGreaterThan(15)
  for (const row of rows) {
    const shown = [...row.matchAll(/\]\((packages\/[^)]+)\): ((?:\*[^*]+\*(?:, )?)+)/g)]
    expect(shown.length, row).toBeGreaterThan(0)
    for (const [, file, names] of shown) {
      for (const [, name] of names.matchAll(/\*([^*]+)\*/g)) expect(read(file), `${file}: ${name}`).toContain(name)
    }
  }
})
