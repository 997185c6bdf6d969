// A synthetic set as a file that somebody might have.
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import path from 'node:path'
import { finished } from 'node:stream/promises'
import { synthetic } from '@matinee/core'
import { syntheticShape, type DataName } from './data.ts'

/** Writes user,item,rating,time below `folder`, users one after the other, each in the order of time. Throws for a set that is not made. */
export async function syntheticCsv(name: DataName, folder: string): Promise<string> {
  const file = path.join(folder, `${name}.csv`)
  const { interactions: { users, items, values, timestamps = new Float64Array() }, userIds, itemIds } = synthetic(syntheticShape(name))
  const out = createWriteStream(file)
  let text = 'user,item,rating,time\n'
  for (let row = 0; row < users.length; row++) {
    text += `${userIds[users[row]]},${itemIds[items[row]]},${values[row]},${timestamps[row]}\n`
    if (text.length < 1 << 20 && row < users.length - 1) continue
    if (!out.write(text)) await once(out, 'drain')
    text = ''
  }
  out.end()
  await finished(out)
  return file
}
