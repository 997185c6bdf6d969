// Hostile requests: drawn from the OpenAPI document, some as it says and some spoiled, so that many reach a handler.
import * as fc from 'fast-check'
import { request } from 'node:http'

interface Schema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
}
interface Parameter { readonly name: string, readonly in: 'query' | 'path', readonly required?: boolean, readonly schema: Schema }
interface Operation { readonly parameters?: readonly Parameter[], readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> } }
export interface OpenApi { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> }

export interface HostileRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** Ids that are there, so that handlers have something to do, and some that are not. */
const knownIds = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 45 }).map(n => `u${n}`) }, { weight: 4, arbitrary: fc.integer({ min: 1, max: 33 }).map(n => `i${n}`) },
  { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', '../../etc/passwd', '\u0000', '💥', '%00', 'toString', ' ') },
  { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 40, unit: 'binary' }) })

function valueOf(name: string, schema: Schema): fc.Arbitrary<unknown> {
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(one => valueOf(name, one)))
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.pattern) return fc.constantFrom('genres=Drama', 'year=1975', '__proto__=x', 'genres=', 'nothing=1')
  switch (schema.type) {
    case 'integer': return fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 50, 200) })
    case 'number': return fc.double({ min: Math.max(schema.minimum ?? 0, 1e-3), max: Math.min(schema.maximum ?? 1e6, 1e6), noNaN: true })
    case 'boolean': return fc.boolean()
    case 'null': return fc.constant(null)
    case 'array': return fc.array(valueOf(name, schema.items ?? {}), { maxLength: 6 })
    case 'object': return objectOf(schema)
    default: return name === 'user_id' || name === 'item_id' || name.endsWith('ids') ? knownIds : fc.oneof(knownIds, fc.string({ minLength: 1, maxLength: 20 }))
  }
}

const objectOf = ({ properties = {}, required = [] }: Schema): fc.Arbitrary<object> =>
  fc.record(Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, valueOf(name, schema)])), { requiredKeys: [...required] })

/** Anything that JSON can hold, and numbers and texts that it should not. */
const anything = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(-1, 0, 1e308, -1e308, 2 ** 53, '', 'x'.repeat(300), null, [], {}, true, 'NaN', '1e999'))

/** A value spoiled in one place: a field taken out, replaced, or one too many. */
const spoiled = (value: unknown): fc.Arbitrary<unknown> => {
  if (typeof value !== 'object' || value === null) return anything
  const names = Object.keys(value)
  return fc.oneof(
    fc.tuple(fc.constantFrom('surplus', '__proto__', ...names), anything).map(([name, other]) => ({ ...value, [name]: other })),
    fc.constantFrom('', ...names).map(name => Object.fromEntries(Object.entries(value).filter(([own]) => own !== name))), anything)
}

const asText = (value: unknown): string => typeof value === 'string' ? value : JSON.stringify(value)

function operationOf(path: string, method: string, { parameters = [], requestBody }: Operation): fc.Arbitrary<HostileRequest> {
  const schemaIn = (place: 'query' | 'path'): Schema => {
    const own = parameters.filter(parameter => parameter.in === place)
    return { properties: Object.fromEntries(own.map(({ name, schema }) => [name, schema])), required: own.filter(({ required }) => required).map(({ name }) => name) }
  }
  const body = requestBody?.content['application/json'].schema
  const maybeSpoiled = (arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 7, arbitrary }, { weight: 2, arbitrary: arbitrary.chain(spoiled) })
  const headers = fc.oneof({ weight: 12, arbitrary: fc.constant<Record<string, string>>({}) }, {
    weight: 1, arbitrary: fc.constantFrom<Record<string, string>[]>({ 'content-type': 'text/plain' }, { 'content-type': 'application/json; charset=utf-16' }, { origin: 'null' }, { host: 'evil' }, { authorization: 'Bearer x' },
      { accept: 'application/xml' }, { 'accept-encoding': 'br;q=0, *' }, { 'content-encoding': 'gzip' }, { 'transfer-encoding': 'chunked' }, { expect: '100-continue' }, { connection: 'close' }),
  })
  const text = (value: unknown): fc.Arbitrary<string> => fc.oneof({ weight: 20, arbitrary: fc.constant(JSON.stringify(value)) },
    { weight: 1, arbitrary: fc.constantFrom('', '{', '[[[[', '{"__proto__":{"x":1}}', '\u0000', `"${'x'.repeat(5000)}"`, '{"a":1}{"b":2}') })
  return fc.record({
    path: maybeSpoiled(objectOf(schemaIn('path'))), query: maybeSpoiled(objectOf(schemaIn('query'))), headers,
    body: body ? maybeSpoiled(valueOf('', body)).chain(text) : fc.constant(undefined),
  }).map(drawn => {
    const inPath = drawn.path as Record<string, unknown>
    const pairs = Object.entries(drawn.query as object ?? {}).flatMap(([name, value]) => [value].flat().map(one => `${encodeURIComponent(name)}=${encode(asText(one) ?? '')}`))
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encode(asText(inPath?.[name] ?? '')))
    return {
      method: method.toUpperCase(), path: filled + (pairs.length > 0 ? `?${pairs.join('&')}` : ''),
      headers: { ...(drawn.body !== undefined && { 'content-type': 'application/json' }), ...drawn.headers }, ...(drawn.body !== undefined && { body: drawn.body }),
    }
  })
}

const encode = (text: string): string => encodeURIComponent(text.toWellFormed())

/** Requests to all operations of a document, and a few to none. */
export function hostileRequests({ paths }: OpenApi): fc.Arbitrary<HostileRequest> {
  const operations = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => operationOf(path, method, operation)))
  const stray = fc.record({
    method: fc.constantFrom('GET', 'POST', 'OPTIONS', 'HEAD', 'PUT', 'TRACE', 'PROPFIND'), headers: fc.constant({}),
    path: fc.oneof(fc.constantFrom('/', '/..', '/%', '/%ff', '//evil', '/docs/../..', '/docs/static/%2e%2e%2fpackage.json', '/recommend/', '/recommend?user_id[]=1', '/recommend?user_id=u1&user_id=u2', '/items/%'), fc.webPath().map(path => path || '/')),
  })
  return fc.oneof({ weight: 30, arbitrary: fc.oneof(...operations) }, { weight: 1, arbitrary: stray })
}

/** Sends it as it is; the status, and 0 where the connection was refused or ended without an answer. */
export function send(url: string, key: string, { method, path, headers, body }: HostileRequest): Promise<number> {
  const { hostname, port } = new URL(url)
  return new Promise(resolve => {
    try {
      const sent = request({ hostname, port, path, method, headers: { authorization: `Bearer ${key}`, ...headers } }, response => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0)).on('error', () => resolve(0))
      })
      sent.on('error', () => resolve(0)).end(body)
    } catch {
      resolve(0) // Node refuses to send it
    }
  })
}
