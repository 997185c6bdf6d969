// Tables and boxes for people.
import Table from 'cli-table3'

/** Rows under a head; numbers and what looks like one stand to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const isNumber = (cell: string | number): boolean => typeof cell === 'number' || cell === '' || /^[-.\d][-\d.,% –\[\]]*$/.test(cell)
  const colAligns = head.map((_, column) => rows.length > 0 && rows.every(row => isNumber(row[column] ?? '')) ? 'right' as const : 'left' as const)
  const drawn = new Table({ head: [...head], colAligns, style: { head: [], border: [], compact: true } })
  for (const row of rows) drawn.push(row.map(String))
  return drawn.toString()
}

/** Lines in a frame, for what must not be overlooked. */
export function box(lines: readonly string[]): string {
  const width = Math.max(...lines.map(line => line.length))
  const rows = lines.map(line => `│ ${line.padEnd(width)} │`)
  return [`┌${'─'.repeat(width + 2)}┐`, ...rows, `└${'─'.repeat(width + 2)}┘`].join('\n')
}
