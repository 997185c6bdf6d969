// Compressed sparse rows against the plain definition.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildCsr, type Csr, mergeRows, received, rowIndices, rowLength, rowValues, transpose } from '../../src/sparse/index.ts'

interface Entry { row: number, column: number, value: number }
interface Entries { nRows: number, nColumns: number, entries: Entry[] }

const matrices: fc.Arbitrary<Entries> = fc.tuple(fc.nat(12), fc.nat(12)).chain(([nRows, nColumns]) =>
  fc.record({
    nRows: fc.constant(nRows),
    nColumns: fc.constant(nColumns),
    entries: nRows * nColumns === 0 ? fc.constant<Entry[]>([]) : fc.uniqueArray(
      fc.record({ row: fc.nat(nRows - 1), column: fc.nat(nColumns - 1), value: fc.float({ noNaN: true }) }),
      { selector: ({ row, column }) => row * nColumns + column, maxLength: 60 },
    ),
  }))

const build = ({ nRows, nColumns, entries }: Entries): Csr => buildCsr(
  Int32Array.from(entries, entry => entry.row),
  Int32Array.from(entries, entry => entry.column),
  Float32Array.from(entries, entry => entry.value),
  nRows,
  nColumns,
)

const rowsOf = (matrix: Csr): [column: number, value: number][][] =>
  Array.from({ length: matrix.nRows }, (_, row) =>
    Array.from(rowIndices(matrix, row), (column, at) => [column, rowValues(matrix, row)[at]]))

const naiveRows = ({ nRows, entries }: Entries): [column: number, value: number][][] => Array.from({ length: nRows }, (_, row) =>
  entries.filter(entry => entry.row === row).sort((a, b) => a.column - b.column).map(({ column, value }) => [column, value]))

describe('buildCsr', () => {
  test('a hand-made matrix lies in memory as the definition says', () => {
    // [ 0 5 0 ]
    // [ 0 0 0 ]
    // [ 7 0 6 ]
    const matrix = buildCsr(Int32Array.of(2, 0, 2), Int32Array.of(2, 1, 0), Float32Array.of(6, 5, 7), 3, 3)
    expect([...matrix.indptr]).toEqual([0, 1, 1, 3])
    expect([...matrix.indices]).toEqual([1, 0, 2])
    expect([...matrix.values]).toEqual([5, 7, 6])
    expect([0, 1, 2].map(row => rowLength(matrix, row))).toEqual([1, 0, 2])
  })
  test('it equals grouping and sorting the entries one by one', () => {
    fc.assert(fc.property(matrices, entries => {
      expect(rowsOf(build(entries))).toEqual(naiveRows(entries))
    }))
  })
  test('columns rise strictly within every row', () => {
    fc.assert(fc.property(matrices, entries => {
      const matrix = build(entries)
      for (let row = 0; row < matrix.nRows; row++) {
        rowIndices(matrix, row).forEach((column, at, columns) => expect(at === 0 || column > columns[at - 1]).toBe(true))
      }
    }))
  })
  test('the order of the entries does not matter', () => {
    fc.assert(fc.property(matrices, ({ entries, ...shape }) => {
      expect(build({ ...shape, entries: entries.toReversed() })).toEqual(build({ ...shape, entries }))
    }))
  })
})

test('mergeRows gives the matrix of all entries, and which are of the first', () => {
  fc.assert(fc.property(matrices, fc.infiniteStream(fc.boolean()), ({ entries, ...shape }, bits) => {
    const isFirstEntry = [...bits.take(entries.length)]
    const [first, second] = [true, false].map(side => build({ ...shape, entries: entries.filter((_, at) => isFirstEntry[at] === side) }))
    const { matrix, isFirst } = mergeRows(first, second)
    expect(matrix).toEqual(build({ ...shape, entries }))
    const flags = build({ ...shape, entries: entries.map((entry, at) => ({ ...entry, value: Number(isFirstEntry[at]) })) }).values
    expect([...isFirst]).toEqual([...flags])
  }))
})

describe('transpose', () => {
  test('twice gives the matrix back', () => {
    fc.assert(fc.property(matrices, entries => {
      expect(transpose(transpose(build(entries)))).toEqual(build(entries))
    }))
  })
  test('it equals building from entries with row and column swapped', () => {
    fc.assert(fc.property(matrices, ({ nRows, nColumns, entries }) => {
      const swapped = entries.map(({ row, column, value }) => ({ row: column, column: row, value }))
      expect(transpose(build({ nRows, nColumns, entries }))).toEqual(build({ nRows: nColumns, nColumns: nRows, entries: swapped }))
    }))
  })
})

test('views that lost length on the way to a worker, as those of more than 4 GiB do, have it again', () => {
  const matrix = buildCsr(Int32Array.of(0, 1, 1, 2), Int32Array.of(1, 0, 2, 1), Float32Array.of(1, 2, 3, 4), 3, 3)
  expect(received({ ...matrix, indices: matrix.indices.subarray(0, 1), values: matrix.values.subarray(0, 1) })).toEqual(matrix)
})
