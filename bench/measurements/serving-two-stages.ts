// Lists of two stages over HTTP, and how soon an event is in the next one.
import path from 'node:path'
import { writeTwoStages } from '../harness/artifacts.ts'
import type { DataName } from '../harness/data.ts'
import { drive, type Answered } from '../harness/load.ts'
import { summary } from '../harness/statistics.ts'
import type { Measurement } from './contract.ts'
import { startOurs } from './service.ts'
import { feedbackRounds } from './serving-feedback.ts'
import { drawPaths, figuresOf } from './serving.ts'

const DATA: readonly DataName[] = ['ml-1m']

export const servingTwoStages: Measurement = {
  summary: 'Two stages (`--rank lambdamart`, its defaults, fitted on all): GET /recommend as `serving` asks, wall time a request; then POST /feedback and GET /recommend as `serving-feedback` does, p99 of both together. One process, the client on the same cores.',
  async run({ choice: { data = DATA, connections, seconds, pairs }, scratch, note, say, add }) {
    for (const name of data) {
      const served = await writeTwoStages(name, path.join(scratch, `two-stages-${name}`))
      note(served.data)
      const paths = drawPaths(served)
      const ours = await startOurs(served.folder, scratch, paths[0])
      try {
        const answered: Answered[] = []
        for (let run = 0; run < pairs; run++) {
          answered.push(await drive(ours.address, paths, { connections, seconds }))
          say(JSON.stringify(answered[run]))
        }
        const { nUsers: users, nItems: items } = served.data
        add({
          measurement: 'serving-two-stages', case: { asked: 'lists', data: name, users, items, connections, seconds }, unit: 'µs', theirs: {},
          ours: summary(answered.map(({ requestsPerSecond }) => 1e6 / requestsPerSecond)), figures: figuresOf('ours', answered),
        })
        add({ measurement: 'serving-two-stages', case: { asked: 'feedback, then a list', data: name, users, items }, unit: 'ms', theirs: {}, ...await feedbackRounds(ours.address, served.userIds, pairs) })
      } finally {
        await ours.stop()
      }
    }
  },
}
