// What who runs the service asks of it.
import { listVersions, useVersion } from '../../shelf/index.ts'
import { HttpError } from '../errors.ts'
import type { JobRecord } from '../jobs.ts'
import type { Service } from '../service.ts'
import { JobAnswer, ReloadAnswer, RollbackBody, StatusAnswer } from '../wire.ts'
import { route } from './route.ts'

export const retrain = route({
  method: 'POST',
  url: '/admin/retrain',
  scope: 'admin',
  summary: 'Train anew with the feedback, in a process of its own.',
  description: 'The new version answers from the moment in which it is live; /admin/status has the job.',
  answer: JobAnswer,
  status: 202,
  errors: ['already_running'],
  handle(_, service) {
    return { job: wireJob(service.retrain()) }
  },
})

export const reload = route({
  method: 'POST',
  url: '/admin/reload',
  scope: 'admin',
  summary: 'Look at CURRENT now.',
  answer: ReloadAnswer,
  errors: ['unknown_version'],
  async handle(_, { live }) {
    return reloaded(await live.reload())
  },
})

export const rollback = route({
  method: 'POST',
  url: '/admin/rollback',
  scope: 'admin',
  summary: 'Answer with an older version.',
  body: RollbackBody,
  answer: ReloadAnswer,
  errors: ['unknown_version', 'already_running'],
  async handle({ body }, { dir, live }) {
    const version = body.version ?? await olderThan(dir, live.current?.version)
    if (!(await listVersions(dir)).some(({ name }) => name === version)) throw new HttpError('unknown_version', `there is no version ${JSON.stringify(version)}.`)
    await useVersion(dir, version)
    return reloaded(await live.reload())
  },
})

export const status = route({
  method: 'GET',
  url: '/admin/status',
  scope: 'admin',
  summary: 'Versions, jobs and feedback.',
  answer: StatusAnswer,
  errors: [],
  async handle(_, { standing: { live, overlay }, live: { swaps, refused }, jobs, dir, startedAt, lagSeconds, waiting, erasurePending }) {
    return {
      version: live.version,
      loaded_at: live.loadedAt.toISOString(),
      started_at: startedAt.toISOString(),
      swaps,
      refused: refused ? { version: refused.version, error: refused.error.message } : null,
      versions: (await listVersions(dir)).map(({ name, live: isLive, error }) => ({ version: name, live: isLive, error: error?.message ?? null })),
      jobs: jobs.latest.map(wireJob),
      feedback: {
        last_sequence: overlay.sequence, lag_seconds: lagSeconds, waiting, users: overlay.nUsers, events: overlay.nEvents, erasure_pending: erasurePending,
      },
      rules: overlay.rules.size,
    }
  },
})

async function olderThan(dir: string, live: string | undefined): Promise<string> {
  const names = (await listVersions(dir)).map(({ name }) => name) // newest first
  const older = names[names.indexOf(live ?? '') + 1]
  if (older === undefined || live === undefined) throw new HttpError('unknown_version', 'there is no version older than the live one.')
  return older
}

const reloaded = ({ version, former }: Awaited<ReturnType<Service['live']['reload']>>) => ({ version, former: former ?? version })

const wireJob = ({ kind, state, startedAt, endedAt, exitCode, output }: JobRecord) =>
  ({ kind, state, started_at: startedAt.toISOString(), ended_at: endedAt?.toISOString() ?? null, exit_code: exitCode, output: [...output] })
