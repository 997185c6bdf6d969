// From an array of events to recommendations, a number with its interval, and a model on disk that comes back the same.
//
//     node --conditions=matinee-source examples/01-train-and-recommend.ts
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { evaluate, fit, open, save, seededRandom } from 'matinee'

// 1. Events: who had what, and when. A real program has them in its database; here 60 readers of a library are made up,
//    each fond of one shelf, with a stray book now and then.
const shelves = ['crime', 'travel', 'poetry']
const books = Array.from({ length: 45 }, (_, book) => ({
  itemId: `book-${book}`, title: `${shelves[book % 3]} no. ${1 + Math.floor(book / 3)}`, shelf: shelves[book % 3], lent: book % 7 === 0,
}))
const { below, uniform } = seededRandom(1)
const events = Array.from({ length: 60 }, (_, reader) => ({ reader, shelf: reader % 3 })).flatMap(({ reader, shelf }) =>
  Array.from({ length: 12 }, (_, at) => {
    const book = uniform() < 0.85 ? 3 * below(15) + shelf : below(45)
    return { userId: `reader-${reader}`, itemId: `book-${book}`, timestamp: new Date(Date.UTC(2026, 0, 1 + reader, 9, at)) }
  }))
console.log(`${events.length} events of 60 readers with ${books.length} books; reader-4 is fond of ${shelves[4 % 3]}.`)

// 2. Fit. Without ratings an event counts 1, and one that comes again counts more. `items` is optional: titles and
//    whatever else is known of them.
const model = await fit(events, { model: 'als', factors: 4, alpha: 5, regularization: 1, items: books })

// 3. Recommend: exactly n that reader-4 has not had, less what is excluded, and only what the filter lets through.
const { recommendations } = model.recommend('reader-4', {
  n: 5,
  exclude: ['book-1'],
  filter: ({ attributes }) => attributes.lent !== true,
})
console.log('\nFor reader-4, of the books that are in:')
for (const { rank, title, score } of recommendations) console.log(`  ${rank}. ${title}  (${score.toFixed(3)})`)

// 4. Why the first of them? Each book of the history adds to the score.
const [first] = recommendations
const { score, contributions } = model.explain('reader-4', first.itemId)
console.log(`\n${first.title} has ${score.toFixed(3)}, above all because of:`)
for (const { title, contribution } of contributions.slice(0, 3)) console.log(`  ${title} adds ${contribution.toFixed(3)}`)

// 5. How good is it? Each reader's last book is hidden, a model is fitted on the rest, and the hidden book is looked for.
const report = await evaluate(events, { model: 'als', factors: 4, alpha: 5, regularization: 1, k: 5 })
const [low, high] = report.intervals['recall@5']
console.log(`\nrecall@5 is ${report['recall@5'].toFixed(3)} [${low.toFixed(3)} to ${high.toFixed(3)}], `
  + `by popularity ${report.baselines.popularity['recall@5'].toFixed(3)}, at random ${report.baselines.random['recall@5'].toFixed(3)}.`)

// 6. Save and open: as bytes for a database or a page, or as a version in a folder that `matinee recommend` can use too.
const bytes = save(model)
const folder = await mkdtemp(join(tmpdir(), 'matinee-example-'))
const version = await save(model, folder)
console.log()
for (const opened of [await open(bytes), await open(folder)]) {
  const again = opened.recommend('reader-4', { n: 5, exclude: ['book-1'], filter: ({ attributes }) => attributes.lent !== true })
  console.log(`opened again: ${JSON.stringify(again.recommendations) === JSON.stringify(recommendations) ? 'the same list' : 'another list'}`)
}
console.log(`(${bytes.length} bytes; version ${version.replace(/^.*Z-/, '…-')})`)
await rm(folder, { recursive: true })
