// `npm start`: sets up what is missing, then goes from ratings to recommendations (`matinee quickstart`).
import { inOurPlace } from './child.mjs'
import { inRoot } from './paths.mjs'
import { afterSetUp } from './setup.mjs'

await afterSetUp(node => inOurPlace(node, [inRoot('packages', 'matinee', 'bin', 'matinee.mjs'), 'quickstart', ...process.argv.slice(2)]))
