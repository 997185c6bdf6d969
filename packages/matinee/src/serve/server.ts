// The HTTP server over a service: limits, access, validation, the routes, OpenAPI, one shape of error.
import type { Duplex } from 'node:stream'
import compress from '@fastify/compress'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { LogController, type FastifyInstance, type FastifyReply, type FastifyRequest, type onResponseHookHandler } from 'fastify'
import { Access, type Caller } from './access.ts'
import { asHttpError, errorAnswer, HttpError, httpErrors, RETRY_AFTER } from './errors.ts'
import { Limiter } from './limiter.ts'
import type { LogStream } from './log-stream.ts'
import { ERROR_SCHEMA, openApiSettings, operationOf } from './openapi.ts'
import { routes } from './routes/registry.ts'
import { watchPressure } from './pressure.ts'
import { PreparedJson, type Route } from './routes/route.ts'
import type { Service } from './service.ts'
import { strictly } from './strict-body.ts'
import { ErrorAnswer } from './wire.ts'

export interface ServerOptions {
  /** Where it will listen. */
  readonly host: string
  readonly allowHosts: readonly string[]
  /** Origins whose pages may ask; none by default. */
  readonly cors: readonly string[]
  /** Requests of a key, or an address without one, in a minute. */
  readonly perMinute: number
  /** Whether URLs, and with them the ids of users, stand in the log. */
  readonly logUrls: boolean
  readonly packageVersion: string
}

const BODY_BYTES = 1 << 20
const HEADER_BYTES = 16_384
const URL_CHARACTERS = 8192

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null
  }
}

/** A server without routes, and with it the log: a line of JSON for each answer and whatever happens. */
export async function newServer(logTo: LogStream): Promise<FastifyInstance> {
  const headers = await securityHeaders()
  const app = Fastify({
    logger: { level: 'info', base: null, stream: logTo },
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: logger => logger,
    genReqId: () => '', // nothing reads it
    bodyLimit: BODY_BYTES,
    requestTimeout: 30_000,
    keepAliveTimeout: 72_000,
    routerOptions: { maxParamLength: 1024 },
    http: { maxHeaderSize: HEADER_BYTES },
    ajv: { customOptions: { removeAdditional: false, allErrors: false } },
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply.headers(headers)),
    clientErrorHandler: answerBrokenRequest,
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.addHook('onRequest', (_, reply, done) => {
    reply.headers(headers)
    done()
  })
  return app
}

/** Gives a server everything that it has. */
export async function furnish(app: FastifyInstance, log: LogStream, service: Service, options: ServerOptions): Promise<void> {
  const { host, allowHosts, cors: origins, perMinute, logUrls, packageVersion } = options
  const access = new Access({ host, allowHosts, cors: origins, keys: service.keys })
  const limiter = new Limiter(perMinute)
  app.setErrorHandler(answerError)
  app.removeContentTypeParser('text/plain')
  app.decorateRequest('caller', null)

  const refuseIfLagging = await watchPressure(app)
  app.addHook('onRequest', (request, reply, done) => {
    try {
      const { url = '', headers: { 'content-encoding': encoding = 'identity' } } = request.raw
      if (url.length > URL_CHARACTERS) throw new HttpError('url_too_long', `the URL has ${url.length} characters, expected at most ${URL_CHARACTERS}.`)
      if (encoding !== 'identity') throw new HttpError('not_json', `the body comes with Content-Encoding ${JSON.stringify(encoding.slice(0, 40))}, expected none.`)
      const caller = access.admit(request)
      request.caller = caller
      limiter.count(caller.countedAs, reply)
      done()
    } catch (error) {
      done(error as Error)
    }
  })
  const answered = (url: string, method: string): onResponseHookHandler => {
    const meter = service.metrics.meter(url, method)
    // joined by hand, as the logger would write it: at every answer the same but for four fields
    const about = `,"route":${JSON.stringify(url)},"method":${JSON.stringify(method)},"status":`
    return (request, reply, done) => {
      const { elapsedTime, statusCode } = reply
      meter(statusCode, elapsedTime)
      const key = request.caller?.name
      const more = `${key === undefined ? '' : `,"key":${JSON.stringify(key)}`}${logUrls ? `,"url":${JSON.stringify(request.url)}` : ''}`
      log.write(`{"level":30,"time":${Date.now()}${about}${statusCode},"ms":${Math.round(1000 * elapsedTime) / 1000}${more}}\n`)
      done()
    }
  }
  app.addHook('onRoute', route => {
    route.onResponse = [route.onResponse ?? [], answered(route.url, String(route.method))].flat()
  })
  if (origins.length > 0) await app.register(cors, { origin: [...origins], methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], maxAge: 600 })
  await app.register(compress, { threshold: 4096, encodings: ['br', 'gzip'], globalDecompression: false })
  await app.register(swagger, openApiSettings(packageVersion))
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: PAGE_POLICY, uiConfig: { validatorUrl: null, tryItOutEnabled: true } })
  app.addSchema({ $id: ERROR_SCHEMA, ...ErrorAnswer })
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
  for (const [name, definition] of Object.entries(routes) as [string, Route][]) addRoute(app, name, definition, service, access, refuseIfLagging)
  const meterOther = answered('unknown', 'any')
  app.setNotFoundHandler((request, reply) => {
    answerError(new HttpError('not_found', `there is no ${request.method} ${JSON.stringify(request.url.split('?', 1)[0].slice(0, 200))}.`), request, reply)
    meterOther.call(app, request, reply, () => {})
  })
}

/** What the page of documents may load; an answer of JSON may load nothing. */
const PAGE_POLICY = [
  'default-src \'none\'', 'script-src \'self\'', 'style-src \'self\' \'unsafe-inline\'', 'img-src \'self\' data:', 'connect-src \'self\'', 'font-src \'self\'',
  'form-action \'self\'', 'frame-ancestors \'none\'', 'base-uri \'none\'',
].join('; ')

const JSON_TYPE = 'application/json; charset=utf-8'

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = asHttpError(error)
  if (known.code === 'internal') request.log.error({ err: known.cause, route: request.routeOptions.url }, 'a request failed')
  else if (known.code === 'store_unavailable') request.log.warn({ err: known.cause }, 'the store does not answer')
  const wait = RETRY_AFTER[known.code]
  if (wait !== undefined) reply.header('retry-after', String(wait))
  return reply.code(known.status).header('content-type', JSON_TYPE).send(JSON.stringify(errorAnswer(known)))
}

function addRoute(app: FastifyInstance, name: string, definition: Route, service: Service, access: Access, refuse: () => void): void {
  const { method, url, scope, body, status = 200 } = definition
  const send = (reply: FastifyReply, answer: unknown): void => {
    if (answer instanceof PreparedJson) void reply.header('content-type', JSON_TYPE).send(answer.text)
    else if (name === 'metrics') void reply.header('content-type', service.metrics.contentType).send(answer)
    else void reply.code(status).send(answer)
  }
  app.route({
    method,
    url,
    schema: operationOf(name, definition),
    ...(body && { validatorCompiler: strictly }),
    onRequest: (request, _, done) => {
      try {
        access.authorize(request.caller as Caller, scope)
        if (scope !== 'public') refuse()
        done()
      } catch (error) {
        done(error as Error)
      }
    },
    handler: (request, reply) => {
      const answer = definition.handle({ query: request.query, path: request.params, body: request.body }, service)
      if (answer instanceof Promise) answer.then(known => send(reply, known), (error: unknown) => void reply.send(error))
      else send(reply, answer)
    },
  })
}

// helmet's headers do not depend on the request: it is asked once what they are, not at every request.
async function securityHeaders(): Promise<Record<string, string>> {
  const scratch = Fastify()
  await scratch.register(helmet, {
    // what speaks to Flash, Internet Explorer and filters that no browser has any more; and HSTS, which is for who ends TLS to say
    originAgentCluster: false, xDnsPrefetchControl: false, xDownloadOptions: false, xPermittedCrossDomainPolicies: false, xXssProtection: false,
    xFrameOptions: false, strictTransportSecurity: false,
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ['\'none\''], frameAncestors: ['\'none\''] } },
  })
  scratch.get('/', () => '')
  const { headers } = await scratch.inject('/')
  await scratch.close()
  const ofHttp = ['content-type', 'content-length', 'date', 'connection', 'keep-alive']
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => ofHttp.includes(name) ? [] : [[name, String(value)]]))
}

/** What Node's parser refuses before there is a request. */
function answerBrokenRequest(error: Error & { readonly code?: string }, socket: Duplex): void {
  const code = error.code === 'HPE_HEADER_OVERFLOW' ? 'headers_too_large' : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'timeout' : 'invalid_request'
  const body = JSON.stringify(errorAnswer(new HttpError(code, 'the request is not HTTP as the service takes it.')))
  if (!socket.writable) return void socket.destroy()
  socket.end(`HTTP/1.1 ${httpErrors[code].status} Refused\r\nContent-Type: ${JSON_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`)
}
