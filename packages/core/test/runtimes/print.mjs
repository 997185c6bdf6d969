// Prints what train-and-recommend.mjs gave as one line of JSON: the items for u42 and the model's SHA-256.
import { trainAndRecommend } from './train-and-recommend.mjs'

const { itemIds, bytes } = await trainAndRecommend(2)
const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)))
const checksum = Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('')
console.log(JSON.stringify({ itemIds, checksum }))
