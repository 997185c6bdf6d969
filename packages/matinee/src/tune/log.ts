// The log of a search: what it is a search of, then a line for every look, on the disk before the search goes on.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { MatineeError } from '@matinee/core'
import { openJournal } from '../shelf/index.ts'
import type { Outcome } from './look.ts'
import type { Ask } from './search.ts'
import type { Options } from './space.ts'

/** A look that was taken. */
export type Look = Omit<Ask, 'origin'> & { readonly origin: Ask['origin'] | 'final', readonly spentMs: number } & Outcome

/** A look that the budget cut short: its time is spent, it has no answer. */
interface CutShort extends Pick<Look, 'trial' | 'origin' | 'options' | 'seed' | 'spentMs'> {
  readonly stopped: 'budget'
}

/** A configuration and what the validation item says of it. */
export interface Candidate {
  readonly trial: number
  readonly options: Options
  /** That it was fitted with; the mean is over them. */
  readonly seeds: readonly number[]
  readonly mean: number
  /** Over users, of one seed. */
  readonly standardError: number
}

/** What the search ended with; after this the test item is asked, and nothing is searched any more. */
export interface Ended {
  readonly winner: Candidate
  /** The defaults, by the same seeds; absent where they cannot be fitted. */
  readonly defaults?: Candidate
  /** False where the budget in time ended the search: another run may come as far as another trial. */
  readonly repeatable: boolean
}

/** What decides the answers of a search; another one has another log. */
export type Subject = Readonly<Record<string, unknown>>

export interface Log {
  readonly path: string
  /** Of the search, given to it when it was begun. */
  readonly id: string
  /** Those of earlier processes, then those added since. */
  readonly looks: readonly Look[]
  /** Milliseconds of searching, of earlier processes. */
  readonly spentMs: number
  readonly ended?: Ended
  /** The version that the search led to, once it did. */
  readonly version?: string
  add(look: Look | CutShort): Promise<void>
  /** Notes the winner before it is tested, and the version afterwards. */
  end(ended: Ended): Promise<void>
  done(version: string): Promise<void>
  close(): Promise<void>
}

const FORM = 1

interface Header { readonly form: number, readonly id: string, readonly subject: Subject }
type Line = { readonly look: Look } | { readonly cut: CutShort } | { readonly ended: Ended } | { readonly version: string }

/** Opens or begins the log of a model's search, `tune-als.jsonl` in the folder. Throws ERR_OPTION if it is that of another search, and as openJournal. */
export async function openLog(dir: string, model: string, subject: Subject): Promise<Log> {
  const path = join(dir, `tune-${model}.jsonl`)
  const journal = await openJournal(path)
  try {
    const [found, ...lines] = journal.lines as [Header?, ...Line[]]
    const header = found ?? { form: FORM, id: randomUUID(), subject }
    if (found) checkHeader(found, subject, path)
    else await journal.append(header)
    const looks = lines.flatMap(line => 'look' in line ? [line.look] : [])
    return {
      path,
      id: header.id,
      looks,
      spentMs: Math.max(0, ...lines.map(line => 'look' in line ? line.look.spentMs : 'cut' in line ? line.cut.spentMs : 0)),
      ended: lines.flatMap(line => 'ended' in line ? [line.ended] : []).at(-1),
      version: lines.flatMap(line => 'version' in line ? [line.version] : []).at(-1),
      async add(look) {
        await journal.append('stopped' in look ? { cut: look } : { look })
        if (!('stopped' in look)) looks.push(look)
      },
      end: ended => journal.append({ ended }),
      done: version => journal.append({ version }),
      close: journal.close,
    }
  } catch (error) {
    await journal.close()
    throw error
  }
}

function checkHeader({ form, subject: before }: Header, now: Subject, path: string): void {
  if (form !== FORM || typeof before !== 'object') throw new MatineeError('ERR_FORMAT', `${path} begins with another line than matinee writes there.`)
  const text = (value: unknown): string => JSON.stringify(value) ?? 'nothing'
  const differences = Object.keys({ ...before, ...now }).filter(name => text(before[name]) !== text(now[name]))
  if (differences.length === 0) return
  const shown = differences.map(name => `${name} is ${text(now[name])} and was ${text(before[name])}`).join('; ')
  const advice = 'Expected the same to go on with; for a new search name another --out, or move the file away.'
  throw new MatineeError('ERR_OPTION', `${path} is the log of another search: ${shown}. ${advice}`)
}
