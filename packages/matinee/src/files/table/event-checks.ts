// What a row of events must hold, as SQL: each row comes with the number of the first rule it breaks, or 0.
//
// 'nan' and 'inf' are numbers to a CAST, so finiteness is tested; a rating is kept as a float32, so its range is too.
import type { FoundColumns } from './columns.ts'
import type { Table } from './table.ts'

export interface BrokenRule {
  readonly column: number
  readonly expected: string
}

export interface EventQuery {
  /** Columns: user, item (VARCHAR, never NULL), value (FLOAT), time (DOUBLE, seconds), rule (UTINYINT). */
  readonly sql: string
  /** position = rule − 1 */
  readonly rules: readonly BrokenRule[]
}

const TIME_FORMS = 'seconds, milliseconds (from 1e11 on) or microseconds (from 1e14 on) since 1970, or an ISO 8601 date or time from 1970 on'

/**
 * The rows of an events table, checked. `mayBeZero`: a value of 0 is let through, for a minimum rating to drop.
 */
export function eventQuery(table: Table, columns: FoundColumns, from: string, mayBeZero: boolean): EventQuery {
  const rules: (BrokenRule & { readonly when: string })[] = []
  const rule = (column: number, when: string, expected: string): unknown => rules.push({ column, when, expected })
  rule(columns.user, 'u IS NULL', 'an id')
  rule(columns.item, 'i IS NULL', 'an id')
  if (columns.value) {
    const { column, kind } = columns.value
    rule(column, 'v IS NULL OR NOT isfinite(v)', 'a finite number')
    rule(column, 'v < 0', 'a number > 0')
    rule(column, 'TRY_CAST(v AS FLOAT) IS NULL', 'a number up to 3.4e38')
    if (!mayBeZero) rule(column, 'TRY_CAST(v AS FLOAT) = 0', `a number > 0 (an interaction has a ${kind} > 0)`)
  }
  if (columns.time !== undefined) {
    rule(columns.time, 't IS NULL OR NOT isfinite(t)', TIME_FORMS)
    rule(columns.time, 't < 0', TIME_FORMS)
  }
  const inner = [
    `${table.textOf(columns.user)} AS u`,
    `${table.textOf(columns.item)} AS i`,
    `${columns.value ? `TRY_CAST(${table.textOf(columns.value.column)} AS DOUBLE)` : '1::DOUBLE'} AS v`,
    `${columns.time === undefined ? '0::DOUBLE' : secondsSql(table.textOf(columns.time))} AS t`,
  ].join(', ')
  const broken = rules.map(({ when }, index) => `WHEN ${when} THEN ${index + 1}`).join(' ')
  // a raw vector says nothing of NULL, so there is none
  const outer = "coalesce(u, '') AS u, coalesce(i, '') AS i, coalesce(TRY_CAST(v AS FLOAT), 0::FLOAT) AS v, coalesce(t, 0::DOUBLE) AS t, "
    + `(CASE ${broken} ELSE 0 END)::UTINYINT AS rule`
  return { sql: `SELECT ${outer} FROM (SELECT ${inner} FROM ${from})`, rules }
}

// A number is seconds, or what it must be to be a time near ours: 1e11 s is the year 5138, 1e14 ms likewise.
// A text without a zone is UTC (the session's zone), whatever the machine's is.
function secondsSql(text: string): string {
  const number = `TRY_CAST(${text} AS DOUBLE)`
  return `CASE WHEN ${number} IS NULL THEN CASE WHEN regexp_matches(${text}, '^\\d{4}-\\d{2}-\\d{2}([T ].*)?$') THEN epoch(TRY_CAST(${text} AS TIMESTAMPTZ)) END `
    + `WHEN ${number} >= 1e14 THEN ${number} / 1e6 WHEN ${number} >= 1e11 THEN ${number} / 1e3 ELSE ${number} END`
}
