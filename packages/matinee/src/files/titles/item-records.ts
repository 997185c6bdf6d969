// Cuts a file of titles into records and gives each to its format; every fault is named by file and line.
import { MatineeError } from '@matinee/core'
import type { ItemInfo } from '@matinee/core'
import { recordScanner } from '../table/records.ts'

export interface TitlesShape {
  readonly delimiter: string
  readonly quote: '"' | ''
  readonly nFields: number
  /** The names in the first record, where the file has such. */
  readonly header?: readonly string[]
  /** Id and what is known, from a record's fields. */
  readonly read: (fields: readonly string[]) => readonly [id: string, info: ItemInfo]
}

/** What is known of each item, by id. Throws ERR_FILE_FORMAT (header), ERR_FILE_EMPTY, ERR_BAD_ROW with file and line. */
export function readItemRecords(text: string, file: string, shape: TitlesShape): Map<string, ItemInfo> {
  const items = new Map<string, ItemInfo>()
  let isHeader = shape.header !== undefined
  const scanner = recordScanner(shape, ({ line, fields, fault }) => {
    if (isHeader) {
      isHeader = false
      checkHeader(fields, shape.header ?? [], file)
      return true
    }
    if (fault !== undefined || fields.length !== shape.nFields) {
      const what = fault ?? `${fields.length} fields (${JSON.stringify(fields.join(shape.delimiter).slice(0, 100))})`
      throw badRow(`${file}, line ${line}: ${what}, expected ${shape.nFields} fields separated by ${JSON.stringify(shape.delimiter)}.`)
    }
    const [id, info] = shape.read(fields)
    if (id === '') throw badRow(`${file}, line ${line}: the item id is missing, expected an id.`)
    if (items.has(id)) throw badRow(`${file}, line ${line}: item ${JSON.stringify(id)} stood there before, expected each item once.`)
    items.set(id, info)
    return true
  })
  if (scanner.push(text)) scanner.end()
  if (items.size === 0) throw new MatineeError('ERR_FILE_EMPTY', `${file} holds no title, expected at least one.`)
  return items
}

const badRow = (detail: string): MatineeError => new MatineeError('ERR_BAD_ROW', detail)

function checkHeader(fields: readonly string[], expected: readonly string[], file: string): void {
  if (fields.join('\n') === expected.join('\n')) return
  const found = JSON.stringify(fields.join(',').slice(0, 100))
  throw new MatineeError('ERR_FILE_FORMAT', `${file} begins with ${found}, expected ${JSON.stringify(expected.join(','))}.`)
}
