// What a row of events must hold, as SQL: each row comes with the number of the first rule it breaks, or 0.
//
// 'nan' and 'inf' are numbers to a CAST, so finiteness is tested; a rating is kept as a float32, so its range is too.
import type { FoundColumns } from './columns.ts'
import { INLINE_BYTES } from './numbering.ts'
import type { Table } from './table.ts'

export interface BrokenRule {
  readonly column: number
  readonly expected: string
}

export interface EventQuery {
  /**
   * Columns, none of them ever NULL: user (VARCHAR), its MD5 (16 bytes; only if it is longer than 12), item, its MD5, value
   * (FLOAT), time (DOUBLE, seconds), rule (UTINYINT). A last row with the rule `END_RULE` says that all were read:
   * DuckDB's stream ends without a word where an error stops it.
   */
  readonly sql: string
  /** position = rule − 1 */
  readonly rules: readonly BrokenRule[]
}

/** The rule of the row that ends an event query. */
export const END_RULE = 255

const TIME_FORMS = 'seconds, milliseconds (from 1e11 on) or microseconds (from 1e14 on) since 1970, '
  + 'or an ISO 8601 date or time from 1970 on'

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
  const outer = [
    "coalesce(u, '') AS u", digestSql('u'), "coalesce(i, '') AS i", digestSql('i'),
    'coalesce(TRY_CAST(v AS FLOAT), 0::FLOAT) AS v', 'coalesce(t, 0::DOUBLE) AS t', `(CASE ${broken} ELSE 0 END)::UTINYINT AS rule`,
  ].join(', ')
  const end = `SELECT '', 0::UHUGEINT, '', 0::UHUGEINT, 0::FLOAT, 0::DOUBLE, ${END_RULE}::UTINYINT`
  return { sql: `SELECT ${outer} FROM (SELECT ${inner} FROM ${from}) UNION ALL ${end}`, rules }
}

const digestSql = (name: string): string =>
  `CASE WHEN strlen(${name}) > ${INLINE_BYTES} THEN md5_number(${name}) ELSE 0::UHUGEINT END AS ${name}_digest`

// A number is seconds, or what it must be to be a time near ours: 1e11 s is the year 5138, 1e14 ms likewise.
// A text without a zone is UTC (the session's zone), whatever the machine's is.
function secondsSql(text: string): string {
  const number = `TRY_CAST(${text} AS DOUBLE)`
  const isIso = `regexp_matches(${text}, '^\\d{4}-\\d{2}-\\d{2}([T ].*)?$')`
  return `CASE WHEN ${number} IS NULL THEN CASE WHEN ${isIso} THEN epoch(TRY_CAST(${text} AS TIMESTAMPTZ)) END `
    + `WHEN ${number} >= 1e14 THEN ${number} / 1e6 WHEN ${number} >= 1e11 THEN ${number} / 1e3 ELSE ${number} END`
}
