// What may go into a store. Both kinds refuse the same: PostgreSQL knows no U+0000, and neither keeps half a surrogate pair.
import { MatineeError } from '@matinee/core'
import type { ApiKey, FeedbackEvent, ItemRule, Undo } from './contract.ts'

const MAX_ID = 256
const MAX_TYPE = 64
const MAX_KEY = 128

/** Throws ERR_EVENT with the position and the field. */
export function checkEvents(events: readonly FeedbackEvent[]): void {
  events.forEach((event, at) => {
    const problem = eventProblem(event)
    if (problem !== undefined) throw new MatineeError('ERR_EVENT', `event ${at}: ${problem}.`)
  })
}

/** What is wrong with an event, or undefined. */
export function eventProblem({ userId, itemId, rating, weight, type, timestamp, key }: FeedbackEvent): string | undefined {
  if (rating !== undefined && weight !== undefined) return `rating is ${rating} and weight is ${weight}, expected one of the two`
  return textProblem('userId', userId, MAX_ID) ?? textProblem('itemId', itemId, MAX_ID) ?? textProblem('type', type, MAX_TYPE)
    ?? (key === undefined ? undefined : textProblem('key', key, MAX_KEY))
    ?? (rating === undefined ? undefined : positiveProblem('rating', rating)) ?? (weight === undefined ? undefined : positiveProblem('weight', weight))
    ?? (timestamp === null || Number.isFinite(timestamp) ? undefined : `timestamp is ${String(timestamp)}, expected a finite number or null`)
}

function textProblem(name: string, text: unknown, most: number): string | undefined {
  if (typeof text !== 'string' || text.length === 0 || text.length > most) {
    return `${name} is ${shown(text)}, expected a text of 1 to ${most} characters`
  }
  return text.includes('\0') || !text.isWellFormed() ? `${name} is ${shown(text)}, expected Unicode without U+0000` : undefined
}

const positiveProblem = (name: string, value: unknown): string | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? undefined : `${name} is ${shown(value)}, expected a finite number > 0`

const shown = (value: unknown): string => (JSON.stringify(value) ?? String(value)).slice(0, 80)

/** Throws ERR_OPTION. */
export function checkRules(rules: ReadonlyMap<string, ItemRule | null>): void {
  for (const [itemId, rule] of rules) {
    const problem = textProblem('the item', itemId, MAX_ID) ?? (rule === null ? undefined : ruleProblem(rule))
    if (problem !== undefined) throw new MatineeError('ERR_OPTION', `rule of item ${shown(itemId)}: ${problem}.`)
  }
}

function ruleProblem({ state, pinned, boost, list }: ItemRule): string | undefined {
  if (state !== undefined && !['available', 'sold_out', 'retired'].includes(state)) return `state is ${shown(state)}, expected available, sold_out or retired`
  if (pinned !== undefined && !Number.isFinite(pinned)) return `pinned is ${shown(pinned)}, expected a finite number`
  if (list !== undefined && !['include', 'block'].includes(list)) return `list is ${shown(list)}, expected include or block`
  return boost === undefined ? undefined : positiveProblem('boost', boost)
}

/** Throws ERR_OPTION. */
export function checkUserId(userId: string): void {
  const problem = textProblem('userId', userId, MAX_ID)
  if (problem !== undefined) throw new MatineeError('ERR_OPTION', `${problem}.`)
}

/** Throws ERR_OPTION. */
export function checkUndo(which: Undo): void {
  checkUserId(which.userId)
  const problem = 'sequence' in which ? (Number.isSafeInteger(which.sequence) ? undefined : `sequence is ${shown(which.sequence)}, expected an integer`)
    : 'key' in which ? textProblem('key', which.key, MAX_KEY)
      : textProblem('itemId', which.itemId, MAX_ID) ?? (which.type === undefined ? undefined : textProblem('type', which.type, MAX_TYPE))
  if (problem !== undefined) throw new MatineeError('ERR_OPTION', `${problem}.`)
}

/** Throws ERR_OPTION. */
export function checkApiKey({ name, scope, hash }: ApiKey): void {
  const problem = textProblem('name', name, MAX_TYPE) ?? (/^[0-9a-f]{64}$/.test(hash) ? undefined : 'hash is no SHA-256, expected 64 hexadecimal digits')
    ?? (['read', 'write', 'admin'].includes(scope) ? undefined : `scope is ${shown(scope)}, expected read, write or admin`)
  if (problem !== undefined) throw new MatineeError('ERR_OPTION', `API key: ${problem}.`)
}
