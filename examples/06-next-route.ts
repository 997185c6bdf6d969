// Recommendations from a route handler of Next.js: app/api/recommend/route.ts, asked as GET /api/recommend?user_id=42&n=5.
//
// In next.config.ts: serverExternalPackages: ['matinee', '@matinee/core'], so that Node loads them and no bundler does.
import { MatineeError, open, type Recommender } from 'matinee'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic' // an answer is never made while the site is built

// Opened at the first request, not when the module is loaded: a build loads it too, where there may be no artifacts yet.
let opened: Promise<Recommender> | undefined

export async function GET(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url)
  const n = Number(searchParams.get('n') ?? 10)
  if (!Number.isInteger(n) || n < 1 || n > 100) return Response.json({ message: 'n is no integer from 1 to 100.' }, { status: 400 })
  opened ??= open('artifacts').catch((error: unknown) => {
    opened = undefined // the next request tries again
    throw error
  })
  const matinee = await opened
  try {
    return Response.json(matinee.recommend(searchParams.get('user_id') ?? '', { n }))
  } catch (error) {
    if (!(error instanceof MatineeError) || error.code !== 'ERR_UNKNOWN_USER') throw error
    return Response.json({ code: error.code, message: error.detail }, { status: 404 })
  }
}
