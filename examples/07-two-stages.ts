// Two stages: models propose candidates, boosted trees put them in order; and which features made the order.
//
//     node --conditions=matinee-source examples/07-two-stages.ts
import { fit, seededRandom } from 'matinee'

// 1. Events. Here 150 viewers are made up: who has seen an episode mostly goes on to the next one, and now and then to some episode
//    of another series of the same genre. So the order of a history says what comes next, and genres say a little of the rest.
const genres = ['crime', 'travel', 'comedy']
const items = Array.from({ length: 90 }, (_, at) => {
  const [series, episode] = [Math.floor(at / 10), at % 10]
  return { itemId: `s${series}e${1 + episode}`, title: `Series ${series}, episode ${1 + episode}`, genres: [genres[series % 3]] }
})
const events = Array.from({ length: 150 }, (_, viewer) => viewer).flatMap(viewer => {
  const { below, uniform } = seededRandom(7, viewer)
  let at = below(90)
  return Array.from({ length: 16 }, (_, evening) => {
    const sameGenre = 10 * (3 * below(3) + Math.floor(at / 10) % 3) + below(10)
    at = at % 10 < 9 && uniform() < 0.75 ? at + 1 : sameGenre
    return { userId: `viewer-${viewer}`, itemId: items[at].itemId, timestamp: new Date(Date.UTC(2026, 0, 1 + viewer % 30 + evening, 20)) }
  })
})
console.log(`${events.length} events of 150 viewers with ${items.length} episodes.`)

// 2. Fit. The last items of each history are cut off; als, transitions, neighbours and others are fitted without them and propose;
//    trees learn to put these items first. Then everything that proposes is fitted once more, on all events.
//    On so few events few trees with small leaves do; without these options there are up to 300.
const model = await fit(events, { model: 'lambdamart', positions: 4, trees: 40, minDataInLeaf: 10, items })

// 3. Recommend as from any model. The last step may make the list less alike: here at most two of a genre.
const seen = events.filter(({ userId }) => userId === 'viewer-3').slice(-3).map(({ itemId }) => itemId)
console.log(`\nviewer-3 saw last: ${seen.join(', ')}`)
const { recommendations } = model.recommend('viewer-3', { n: 5 })
for (const { rank, title, attributes: { genres: of }, score } of recommendations) console.log(`  ${rank}. ${title}, ${String(of)}  (${score.toFixed(3)})`)
const mixed = model.recommend('viewer-3', { n: 5, caps: { genres: 2 } }).recommendations
console.log(`at most two of a genre: ${mixed.map(({ itemId }) => itemId).join(', ')}`)

// 4. Why the first of them? Who proposed it, and what each feature adds to its score (SHAP values).
const [first] = recommendations
const { score, byFeature } = model.explain('viewer-3', first.itemId)
if (!byFeature) throw new Error('a model of two stages is explained by features')
const { base, features, proposedBy } = byFeature
console.log(`\n${first.title} is proposed by ${proposedBy.map(({ source, rank }) => `${source} (place ${rank})`).join(', ')}.`)
console.log(`It has ${score.toFixed(3)}: ${base.toFixed(3)} as any candidate, and above all because of:`)
const greatest = features.toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)).slice(0, 4)
for (const { feature, value, contribution } of greatest) {
  console.log(`  ${feature} = ${Number.isNaN(value) ? 'unknown' : value.toPrecision(3)} adds ${contribution.toFixed(3)}`)
}

// 5. What the features add up to is the score.
const sum = features.reduce((all, { contribution }) => all + contribution, base)
console.log(`all ${features.length} features: ${Math.abs(sum - score) < 1e-6 ? 'the score' : 'another number'}`)
