// What a supervisor and Prometheus ask.
import Type from 'typebox'
import { HttpError } from '../errors.ts'
import { HealthAnswer } from '../wire.ts'
import { route } from './route.ts'

export const healthz = route({
  method: 'GET',
  url: '/healthz',
  scope: 'public',
  summary: 'Whether the process answers.',
  answer: HealthAnswer,
  errors: [],
  handle: () => ({ status: 'ok' as const }),
})

export const readyz = route({
  method: 'GET',
  url: '/readyz',
  scope: 'public',
  summary: 'Whether it can answer lists: a version is loaded, and the store has been reached lately.',
  answer: HealthAnswer,
  errors: ['not_ready'],
  handle(_, { live: { current }, lagSeconds }) {
    if (!current) throw new HttpError('not_ready', 'no version is loaded.')
    if (lagSeconds > 30) throw new HttpError('not_ready', `the store has not answered for ${Math.round(lagSeconds)} seconds.`)
    return { status: 'ok' as const, version: current.version }
  },
})

export const metrics = route({
  method: 'GET',
  url: '/metrics',
  scope: 'read',
  summary: 'Numbers for Prometheus.',
  answer: Type.String({ description: 'Text in the form of Prometheus.' }),
  errors: [],
  handle: (_, service) => service.metrics.text(),
})
