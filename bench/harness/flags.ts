// What can be typed behind `npm run bench --`.
import { parseArgs } from 'node:util'
import { availableParallelism } from 'node:os'
import type { Choice } from '../measurements/contract.ts'
import { modelPairs, type PairName } from '../measurements/model-pairs.ts'
import { measurements } from '../measurements/registry.ts'
import { benchData, type DataName } from './data.ts'

/** Whom `bench:peers` knows, each with its Python environment (bench/peers/*.txt). */
export const peerEnvironments = { implicit: 'peers', irspack: 'peers', buffalo: 'buffalo', 'lightfm-next': 'lightfm', fastapi: 'fastapi' } as const
const peerNames = Object.keys(peerEnvironments) as (keyof typeof peerEnvironments)[]

export const usage = `npm run bench            ours alone
npm run bench:peers      beside the peers, which are installed below .tools the first time
  -- --only als,top-k    measurements whose names begin so: ${Object.keys(measurements).join(', ')}
     --data ml-1m,20m    sets: ${Object.keys(benchData).join(', ')}
     --factors 64,128    --threads 1,2    --solvers cg,cholesky    --pairs 5
     --beside implicit   peers: ${peerNames.join(', ')}; all by default
     --models als,bpr    --trials 20    of the measurement models: ${Object.keys(modelPairs).join(', ')}
     --seconds 60        --connections 16    of the measurements serving*`

/** What was chosen, checked. Throws with what is wrong and what was expected. */
export function readFlags(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      peers: { type: 'boolean', default: false }, beside: { type: 'string' }, only: { type: 'string' }, data: { type: 'string' }, factors: { type: 'string' },
      solvers: { type: 'string', default: 'cg,cholesky' },
      threads: { type: 'string', default: availableParallelism() > 1 ? '1,2' : '1' }, pairs: { type: 'string', default: '5' },
      models: { type: 'string' }, trials: { type: 'string' },
      seconds: { type: 'string', default: '60' }, connections: { type: 'string', default: '16' }, help: { type: 'boolean', default: false },
    },
  })
  const names = (values.only?.split(',') ?? ['']).flatMap(prefix => {
    const found = Object.keys(measurements).filter(name => name.startsWith(prefix))
    if (found.length === 0) throw new Error(`there is no measurement "${prefix}"; expected ${Object.keys(measurements).join(', ')}.`)
    return found
  }) as (keyof typeof measurements)[]
  const data = values.data?.split(',').map(name => {
    if (!Object.hasOwn(benchData, name)) throw new Error(`there is no set "${name}"; expected ${Object.keys(benchData).join(', ')}.`)
    return name as DataName
  })
  const beside = values.beside?.split(',').map(name => {
    const peer = peerNames.find(known => known === name)
    if (!peer) throw new Error(`there is no peer "${name}"; expected ${peerNames.join(', ')}.`)
    return peer
  })
  const models = values.models?.split(',').map(name => {
    if (!Object.hasOwn(modelPairs, name)) throw new Error(`there is no model "${name}" with a peer; expected ${Object.keys(modelPairs).join(', ')}.`)
    return name as PairName
  })
  if (beside && !values.peers) throw new Error('--beside names peers, which are measured by `npm run bench:peers` alone.')
  const choice: Choice = {
    ...(values.peers && { beside: beside ?? peerNames }),
    ...(data && { data }), ...(values.factors && { factors: numbers('factors', values.factors, 1024) }),
    ...(models && { models }), ...(values.trials && { trials: numbers('trials', values.trials, 1000)[0] }),
    solvers: values.solvers.split(',').map(name => {
      if (name !== 'cg' && name !== 'cholesky') throw new Error(`there is no solver "${name}"; expected cg or cholesky.`)
      return name
    }),
    threads: numbers('threads', values.threads, 256), pairs: numbers('pairs', values.pairs, 1000)[0],
    seconds: numbers('seconds', values.seconds, 3600)[0], connections: numbers('connections', values.connections, 1000)[0],
  }
  return { choice, names: [...new Set(names)], help: values.help }
}

function numbers(name: string, text: string, max: number): number[] {
  return text.split(',').map(part => {
    const number = Number(part)
    if (!Number.isInteger(number) || number < 1 || number > max) throw new Error(`--${name} is "${part}", expected an integer from 1 to ${max}.`)
    return number
  })
}
