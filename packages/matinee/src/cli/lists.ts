// Lists of recommendations on a terminal.
import type { Attribute, Recommendation } from '@matinee/core'
import { table } from './table.ts'

/** rank, title (where any item has one), id, score and up to three of the attributes that the items have. */
export function listTable(recommendations: readonly Recommendation[]): string {
  const names = [...new Set(recommendations.flatMap(({ attributes }) => Object.keys(attributes)))].filter(name => name !== 'year').slice(0, 3)
  const titled = recommendations.some(({ title }) => title !== null)
  return table(['#', ...(titled ? ['title'] : []), 'item', 'score', ...names], recommendations.map(({ rank, title, itemId, score, attributes }) =>
    [rank, ...(titled ? [title ?? ''] : []), itemId, score.toFixed(3), ...names.map(name => attributeText(attributes[name]))]))
}

const attributeText = (value: Attribute | undefined): string => Array.isArray(value) ? value.join(', ') : String(value ?? '')
