// Recommendations inside an app of Express, and why each of them.
//
//     npm start                                               (trains artifacts/ on MovieLens 100K)
//     node --conditions=matinee-source examples/05-express.ts
//     curl http://127.0.0.1:3000/users/42
import type { AddressInfo } from 'node:net'
import express from 'express'
import { MatineeError, open } from 'matinee'

const matinee = await open('artifacts')
const app = express()

app.get('/users/:userId', ({ params: { userId } }, response) => {
  const { recommendations } = matinee.recommend(userId, { n: 5 })
  response.json(recommendations.map(({ itemId, title }) => {
    const [because] = matinee.explain(userId, itemId).contributions // greatest first; als and others can say it
    return { itemId, title, because: because.title ?? because.itemId }
  }))
})

app.use((error: unknown, _request: express.Request, response: express.Response, next: express.NextFunction) => {
  if (!(error instanceof MatineeError) || error.code !== 'ERR_UNKNOWN_USER') return next(error)
  response.status(404).json({ code: error.code, message: error.detail })
})

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
