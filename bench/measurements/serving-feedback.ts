// From an event to a list that knows of it: POST /feedback is answered when the event is on disk, the next list is already another.
import { Agent, request } from 'node:http'
import path from 'node:path'
import { seededRandom } from '@matinee/core'
import { writeArtifacts } from '../harness/artifacts.ts'
import type { DataName } from '../harness/data.ts'
import { median, quantile, significant, summary } from '../harness/statistics.ts'
import type { Measurement, Result } from './contract.ts'
import { startOurs } from './service.ts'

const DATA: readonly DataName[] = ['ml-100k']
const FACTORS = 64
const ROUNDS = 2000

export const servingFeedback: Measurement = {
  summary: `POST /feedback of the first item of a user's list, then GET /recommend of that user, ${ROUNDS.toLocaleString('en')} times one after the other: p99 of both together. The list must have changed: the item is not in it any more.`,
  async run({ choice, scratch, note, add }) {
    for (const name of choice.data ?? DATA) {
      const served = await writeArtifacts(name, path.join(scratch, `feedback-${name}`), choice.factors?.[0] ?? FACTORS)
      note(served.data)
      const ours = await startOurs(served.folder, scratch, '/readyz')
      try {
        add({ measurement: 'serving-feedback', case: { data: name, factors: served.factors }, unit: 'ms', theirs: {}, ...await feedbackRounds(ours.address, served.userIds, choice.pairs) })
      } finally {
        await ours.stop()
      }
    }
  },
}

/** p99 of an event and the list after it, so many runs of ROUNDS rounds, users drawn from all. */
export async function feedbackRounds(address: string, userIds: readonly string[], nRuns: number): Promise<Pick<Result, 'ours' | 'figures'>> {
  const { below } = seededRandom(2)
  const runs: Round[][] = []
  for (let run = 0; run < nRuns; run++) runs.push(await rounds(address, Array.from({ length: ROUNDS }, () => userIds[below(userIds.length)])))
  const of = (share: number, part: (round: Round) => number): number => significant(median(runs.map(run => quantile(run.map(part), share))))
  return {
    ours: summary(runs.map(run => quantile(run.map(({ post, get }) => post + get), 0.99))),
    figures: {
      'p50 both': of(0.5, ({ post, get }) => post + get), 'p50 GET': of(0.5, ({ get }) => get), 'p99 GET': of(0.99, ({ get }) => get),
      'p99 POST': of(0.99, ({ post }) => post), 'unchanged lists': runs.flat().filter(({ unchanged }) => unchanged).length,
    },
  }
}

/** Milliseconds. */
interface Round { readonly post: number, readonly get: number, readonly unchanged: boolean }

interface List { readonly recommendations: readonly { readonly item_id: string }[] }

async function rounds(address: string, userIds: readonly string[]): Promise<Round[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = (method: string, path: string, body?: object): Promise<unknown> => new Promise((resolve, reject) => {
    const sent = request(address + path, { method, agent, headers: body && { 'content-type': 'application/json' } }, response => {
      let text = ''
      response.on('data', (chunk: Buffer) => { text += chunk.toString() })
      response.on('end', () => {
        if (response.statusCode === undefined || response.statusCode >= 300) return reject(new Error(`${method} ${path} was answered with ${response.statusCode}: ${text}`))
        resolve(JSON.parse(text))
      })
    })
    sent.on('error', reject)
    sent.end(body && JSON.stringify(body))
  })
  const done: Round[] = []
  for (const userId of userIds) {
    const list = `/recommend?user_id=${encodeURIComponent(userId)}&n=10`
    const before = await ask('GET', list) as List
    if (before.recommendations.length === 0) throw new Error(`${list} was answered with ${JSON.stringify(before)}.`)
    const [{ item_id }] = before.recommendations
    const started = performance.now()
    await ask('POST', '/feedback', { user_id: userId, item_id, type: 'view' })
    const answered = performance.now()
    const after = await ask('GET', list) as List
    done.push({ post: answered - started, get: performance.now() - answered, unchanged: after.recommendations.some(item => item.item_id === item_id) })
  }
  agent.destroy()
  return done
}
