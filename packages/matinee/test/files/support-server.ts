// A server on the loopback interface that answers as a test says, and remembers what it was asked.
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface TestServer {
  /** With a slash at its end. */
  readonly url: string
  /** `GET /path range` of each request, in order. */
  readonly asked: string[]
}

/** Starts a server for one test; `answer` gets the number of the request for that path, from 0. */
export async function startServer(answer: (request: IncomingMessage, response: ServerResponse, nth: number) => void): Promise<TestServer> {
  const asked: string[] = []
  const counts = new Map<string, number>()
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    const nth = counts.get(path) ?? 0
    counts.set(path, nth + 1)
    asked.push([path, request.headers.range].filter(part => part !== undefined).join(' '))
    answer(request, response, nth)
  })
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready))
  onTestFinished(() => new Promise<void>(done => {
    server.closeAllConnections()
    server.close(() => done())
  }))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked }
}

/** Sends the bytes as a server does that knows ranges. */
export function sendFile(request: IncomingMessage, response: ServerResponse, bytes: Buffer, etag?: string): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
  const headers = { ...(etag !== undefined && { etag }), 'accept-ranges': 'bytes' }
  const isRange = request.headers.range !== undefined && (request.headers['if-range'] === undefined || request.headers['if-range'] === etag)
  if (!isRange) {
    response.writeHead(200, { ...headers, 'content-length': bytes.length }).end(bytes)
  } else if (start >= bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end()
  } else {
    const rest = bytes.subarray(start)
    const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`
    response.writeHead(206, { ...headers, 'content-length': rest.length, 'content-range': range }).end(rest)
  }
}
