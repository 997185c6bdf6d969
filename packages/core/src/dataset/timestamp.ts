// When something happened, as seconds since 1970: from seconds, milliseconds, a Date or an ISO 8601 text.
//
// Date.parse reads a text without a zone as local time, so the same file would be split differently on
// another machine; here it is UTC, always.

/** A moment in any form that `secondsOf` accepts. */
export type Timestamp = number | Date | string

/** What `secondsOf` accepts, in words, for error messages. */
export const timestampForms = 'seconds since 1970 (from 1e11 on: milliseconds), a Date or an ISO 8601 text such as 2024-05-01T12:30:00Z'

// From here on a number means milliseconds: as seconds it would be the year 5138.
const FIRST_MILLISECONDS = 1e11

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(?:(Z)|([+-])(\d\d):?(\d\d))?)?$/i

/** Seconds since 1970, or undefined where `timestamp` is none of the accepted forms. A text without a zone is UTC. */
export function secondsOf(timestamp: unknown): number | undefined {
  if (typeof timestamp === 'string') return secondsOfIso(timestamp)
  if (timestamp instanceof Date) return finite(timestamp.getTime() / 1000)
  if (typeof timestamp !== 'number') return undefined
  return finite(Math.abs(timestamp) >= FIRST_MILLISECONDS ? timestamp / 1000 : timestamp)
}

const finite = (seconds: number): number | undefined => Number.isFinite(seconds) ? seconds : undefined

function secondsOfIso(text: string): number | undefined {
  const match = ISO.exec(text)
  if (!match) return undefined
  const [year, month, day, hour, minute, second, fraction] = match.slice(1, 8).map(part => Number(part ?? 0))
  const [sign, zoneHour, zoneMinute] = [match[9] === '-' ? -1 : 1, Number(match[10] ?? 0), Number(match[11] ?? 0)]
  const inRange = month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
    && hour < 24 && minute < 60 && second < 60 && zoneHour < 24 && zoneMinute < 60
  if (!inRange) return undefined
  const zone = sign * (zoneHour * 3600 + zoneMinute * 60)
  return daysSince1970(year, month, day) * 86400 + hour * 3600 + minute * 60 + second + fraction - zone
}

function daysInMonth(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month === 2 && isLeap ? 29 : [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
}

// Days of the Gregorian calendar, counted in years that begin in March, so that a leap day ends its year.
function daysSince1970(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400)
  return marchYear * 365 + leapDays + dayOfYear - 719468
}
