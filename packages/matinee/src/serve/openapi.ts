// The OpenAPI document: what it says of the service as a whole, and how a route becomes an operation.
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import type { FastifySchema } from 'fastify'
import Type, { type TSchema } from 'typebox'
import { httpErrors, type HttpErrorCode } from './errors.ts'
import type { Route } from './routes/route.ts'

export const openApiSettings = (version: string): FastifyDynamicSwaggerOptions => ({
  refResolver: { buildLocalReference: ({ $id }, _, __, i) => String($id ?? `schema-${i}`) },
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'matinee', version, description: 'Recommendations that learn from feedback at once.', license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(Object.values(tags))].map(name => ({ name, description: tagDescriptions[name] })),
    components: { securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key; `matinee keys add` makes one.' } } },
  },
})

const tagDescriptions: Readonly<Record<string, string>> = {
  lists: 'Recommendations and similar items.',
  catalogue: 'Items, and what is decided about them.',
  users: 'What is known of users.',
  service: 'The version that answers, and the state of the process.',
  admin: 'For who runs the service.',
}
const tags: Readonly<Record<string, string>> = {
  recommend: 'lists', similar: 'lists', items: 'catalogue', lists: 'catalogue', users: 'users', feedback: 'users',
  model: 'service', healthz: 'service', readyz: 'service', metrics: 'service', admin: 'admin',
}

/** Errors of every route that needs validation or a key. */
const ofEvery: readonly HttpErrorCode[] = ['invalid_request', 'foreign_origin', 'foreign_host', 'rate_limited', 'overloaded', 'not_ready']

/** Every error that the route may answer with. */
function errorsOf({ scope, body, query, errors }: Route): readonly HttpErrorCode[] {
  return [...new Set([
    ...ofEvery, ...(scope === 'public' ? [] : ['unauthorized', 'forbidden'] as const), ...(body ? ['not_json', 'too_large'] as const : []),
    ...(query ? ['url_too_long'] as const : []), ...errors,
  ])]
}

/** A route as Fastify and OpenAPI take it. */
export function operationOf(name: string, definition: Route): FastifySchema {
  const { url, scope, summary, description, query, path, body, answer, status = 200 } = definition
  const byStatus = Map.groupBy(errorsOf(definition), code => httpErrors[code].status)
  const failures = [...byStatus].map(([code, codes]) => [code, {
    description: codes.map(one => `\`${one}\`: ${httpErrors[one].means}`).join(' '),
    content: { 'application/json': { schema: { $ref: `${ERROR_SCHEMA}#` } } },
  }])
  return {
    operationId: name,
    summary,
    ...(description !== undefined && { description }),
    tags: [tags[url.split('/')[1]]],
    security: scope === 'public' ? [] : [{ key: [] }],
    ...(query && { querystring: query }),
    ...(path && { params: path }),
    ...(body && { body }),
    response: {
      [status]: name === 'metrics' ? { description: 'The numbers.', content: { 'text/plain': { schema: answer } } } : described(answer, status === 202 ? 'Begun.' : 'The answer.'),
      ...Object.fromEntries(failures),
    },
  }
}

/** The name under which the schema of errors is shared. */
export const ERROR_SCHEMA = 'Error'

const described = (schema: TSchema, description: string): TSchema => Type.Unsafe({ ...schema, description })
