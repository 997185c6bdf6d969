// What a route is. A new one is an entry of a file in this folder and a line in registry.ts: the server, OpenAPI, the document and
// the tests of access and of hostile requests are made from it.
import type { Static, TSchema } from 'typebox'
import type { Scope } from '../../store/index.ts'
import type { HttpErrorCode } from '../errors.ts'
import type { Service } from '../service.ts'

/** JSON that is text already. */
export class PreparedJson {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

interface Asked<Query extends TSchema, Path extends TSchema, Body extends TSchema> {
  readonly query: Static<Query>
  readonly path: Static<Path>
  readonly body: Static<Body>
}

export interface RouteDefinition<Query extends TSchema, Path extends TSchema, Body extends TSchema, Answer extends TSchema> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Fastify's form: /items/:item_id */
  readonly url: string
  readonly scope: Scope | 'public'
  /** One sentence. */
  readonly summary: string
  readonly description?: string
  readonly query?: Query
  readonly path?: Path
  readonly body?: Body
  readonly answer: Answer
  /** Default 200. */
  readonly status?: 200 | 202
  /** Errors that it answers with, besides those of every route. */
  readonly errors: readonly HttpErrorCode[]
  handle(asked: Asked<Query, Path, Body>, service: Service): Static<Answer> | PreparedJson | Promise<Static<Answer> | PreparedJson>
}

/** A route with its types checked against its schemas. */
export function route<Answer extends TSchema, Query extends TSchema = TSchema, Path extends TSchema = TSchema, Body extends TSchema = TSchema>(
  definition: RouteDefinition<Query, Path, Body, Answer>,
): Route {
  return definition as unknown as Route
}

/** A route whose types were checked. */
export type Route = RouteDefinition<TSchema, TSchema, TSchema, TSchema>
