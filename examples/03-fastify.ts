// Recommendations inside an app of Fastify; a version that is trained later is taken up without a restart.
//
//     npm start                                               (trains artifacts/ on MovieLens 100K)
//     node --conditions=matinee-source examples/03-fastify.ts
//     curl 'http://127.0.0.1:3000/users/42/recommendations?n=5'
import Fastify from 'fastify'
import { MatineeError, open, readCurrent } from 'matinee'

let version = await readCurrent('artifacts')
let matinee = await open('artifacts', version)

// The old version answers until the new one is whole in memory.
setInterval(async () => {
  try {
    const current = await readCurrent('artifacts')
    if (current === version) return
    matinee = await open('artifacts', current)
    version = current
  } catch (error) {
    app.log.error(error)
  }
}, 10_000).unref()

const app = Fastify({ logger: { level: 'warn' } })

const list = { querystring: { type: 'object', properties: { n: { type: 'integer', minimum: 1, maximum: 100, default: 10 } } } }

app.get<{ Params: { userId: string }, Querystring: { n: number } }>('/users/:userId/recommendations', { schema: list }, async ({ params, query }) =>
  ({ version, ...matinee.recommend(params.userId, { n: query.n }) }))

app.get<{ Params: { itemId: string }, Querystring: { n: number } }>('/items/:itemId/similar', { schema: list }, async ({ params, query }) =>
  ({ version, ...matinee.similarItems(params.itemId, { n: query.n }) }))

app.setErrorHandler((error, _, reply) => {
  if (!(error instanceof MatineeError)) return reply.send(error)
  const isUnknown = error.code === 'ERR_UNKNOWN_USER' || error.code === 'ERR_UNKNOWN_ITEM'
  return reply.code(isUnknown ? 404 : 500).send({ code: error.code, message: error.detail, action: error.action })
})

console.log(await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 3000) }))
