// A way to a PostgreSQL server on which the answer of a commit can get lost.
import { connect, createServer, type AddressInfo } from 'node:net'

export interface LosingProxy {
  readonly port: number
  /** The next commit reaches the server; when the server answers, the connection is cut and the answer thrown away. */
  loseNextCommit(): void
  close(): void
}

/** port: of the server, on 127.0.0.1. */
export async function losingProxy(port: number): Promise<LosingProxy> {
  let loses = false
  const proxy = createServer(client => {
    const server = connect(port, '127.0.0.1')
    let cuts = false
    client.on('data', piece => {
      if (loses && piece.includes('commit')) [loses, cuts] = [false, true]
      server.write(piece)
    })
    server.on('data', piece => {
      if (cuts) client.destroy()
      else client.write(piece)
    })
    for (const [one, other] of [[client, server], [server, client]]) one.on('error', () => undefined).on('close', () => other.destroy())
  })
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  return { port: (proxy.address() as AddressInfo).port, loseNextCommit: () => { loses = true }, close: () => void proxy.close() }
}
