// Recommendations inside an app of Hono, for people who have no account yet: the history comes with the request.
//
//     npm start                                               (trains artifacts/ on MovieLens 100K)
//     node --conditions=matinee-source examples/04-hono.ts
//     curl http://127.0.0.1:3000/recommendations -H 'content-type: application/json' -d '{"liked": ["50", "172"]}'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { open } from 'matinee'

const matinee = await open('artifacts')

export const app = new Hono()

app.post('/recommendations', async context => {
  const { liked } = await context.req.json<{ liked?: unknown }>().catch(() => ({ liked: undefined }))
  if (!Array.isArray(liked) || !liked.every(id => typeof id === 'string') || liked.length > 1000) {
    return context.json({ message: 'liked is no list of at most 1,000 item ids.' }, 400)
  }
  return context.json(matinee.recommendFor(liked.map(itemId => ({ itemId })), { n: 10 }))
})

// What nobody may see tonight, and films of one genre only: everything is applied before the list is cut.
app.get('/users/:userId/:genre', context => {
  const { userId, genre } = context.req.param()
  if (matinee.users.indexOf(userId) === undefined) return context.json({ message: 'nobody is known by this id.' }, 404)
  return context.json(matinee.recommend(userId, {
    n: 5,
    exclude: context.req.queries('without') ?? [],
    filter: ({ attributes: { genres } }) => Array.isArray(genres) && genres.includes(genre),
  }))
})

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT ?? 3000) }, ({ port }) => console.log(`http://127.0.0.1:${port}`))
