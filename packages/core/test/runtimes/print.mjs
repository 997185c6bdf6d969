// Prints what train-and-recommend.mjs gave as one line of JSON: the items for u42 and each model's SHA-256. Argument: threads, 2 by default.
import process from 'node:process'
import { trainAndRecommend } from './train-and-recommend.mjs'

const { itemIds, saved } = await trainAndRecommend(Number(process.argv[2] ?? 2))
/** @type {Record<string, string>} */
const checksums = {}
for (const [model, bytes] of Object.entries(saved)) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)))
  checksums[model] = Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('')
}
console.log(JSON.stringify({ itemIds, checksums }))
