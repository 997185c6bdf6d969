import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MatineeError, seededRandom } from '../../src/base/index.ts'
import { decodeSafetensors, decodeVersion, encodeSafetensors, encodeVersion, joinParts, startOf, withoutUsers, type VersionContents } from '../../src/artifact/index.ts'
import { IdMap } from '../../src/dataset/index.ts'
import { allModels, modelDefinition } from '../../src/rank/index.ts'
import { fit, open, openVersion, save, type Recommender } from '../../src/recommender/index.ts'

const small = (): Promise<Recommender> => fit(
  Array.from({ length: 60 }, (_, at) => ({ userId: `u${at % 7}`, itemId: `i${(at * at) % 11}`, rating: 1 + at % 5, timestamp: at })),
  { factors: 4, iterations: 3, threads: 1, items: [{ itemId: 'i1', title: 'Ünïcode', year: 1987, genres: ['Drama', 'War'] }] },
)

describe('safetensors', () => {
  test('decode(encode(x)) = x, for tensors of every kind and metadata', () => {
    const arrays = fc.oneof(fc.float32Array(), fc.float64Array(), fc.int32Array(), fc.uint32Array(), fc.uint8Array())
    const name = fc.string({ minLength: 1 }).filter(text => text !== '__metadata__' && text !== '__proto__')
    fc.assert(fc.property(fc.dictionary(name, arrays), fc.dictionary(name, fc.string()), (data, metadata) => {
      const tensors = Object.fromEntries(Object.entries(data).map(([key, values]) => [key, { shape: [values.length], data: values }]))
      const decoded = decodeSafetensors(encodeSafetensors({ tensors, metadata }), 'x.safetensors')
      expect(decoded.metadata).toEqual({ ...metadata })
      expect(decoded.tensors).toEqual(tensors)
    }))
  })

  // Laid out by hand: length, header padded with blanks to a multiple of 8, little-endian float32 1 and 2
  test('reads the layout of the format\'s description', () => {
    const header = '{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}'.padEnd(88)
    const bytes = Uint8Array.from([88, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode(header), 0, 0, 128, 63, 0, 0, 0, 64])
    expect(decodeSafetensors(bytes, 'a').tensors.a).toEqual({ shape: [1, 2], data: Float32Array.of(1, 2) })
    expect(decodeSafetensors(bytes, 'a').metadata).toEqual({ k: 'v' })
  })

  test('reads bytes that lie anywhere in a larger buffer, a Node Buffer included, and copies them', () => {
    const bytes = encodeSafetensors({ tensors: { a: { shape: [2], data: Float32Array.of(1, 2) } }, metadata: {} })
    const inside = Buffer.alloc(bytes.length + 7).fill(9)
    inside.set(bytes, 3)
    const decoded = decodeSafetensors(inside.subarray(3, 3 + bytes.length), 'a')
    inside.fill(0)
    expect(decoded.tensors.a).toEqual({ shape: [2], data: Float32Array.of(1, 2) })
  })

  const hostile: [string, string][] = [
    ['overlapping tensors', '{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}'],
    ['a gap', '{"a":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}'],
    ['offsets beyond the file', '{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}'],
    ['a shape that does not fit', '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}'],
    ['a negative shape', '{"a":{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}}'],
    ['an unknown type', '{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}'],
    ['a type from the prototype', '{"a":{"dtype":"toString","shape":[4],"data_offsets":[0,4]}}'],
    ['no object', '[1]'],
    ['no JSON', '{"a":'],
    ['bytes that no tensor uses', '{}'],
  ]
  test.each(hostile)('%s are refused', (_, json) => {
    const header = new TextEncoder().encode(json)
    const bytes = Uint8Array.from([header.length, 0, 0, 0, 0, 0, 0, 0, ...header, 1, 2, 3, 4])
    expect(() => decodeSafetensors(bytes, 'x')).toThrow(/ERR_FORMAT: x is no safetensors file/)
  })
})

const filesOf = (contents: VersionContents): Map<string, Uint8Array> =>
  new Map([...encodeVersion(contents)].map(([name, parts]) => [name, joinParts(parts)]))

describe('versions', () => {
  test('equal recommenders give equal bytes, and bytes give an equal recommender', async () => {
    const [a, b] = [await small(), await small()]
    expect(save(b)).toEqual(save(a))
    const opened = await open(Buffer.from(save(a)))
    expect(opened.contents).toEqual(a.contents)
    expect(opened.recommend('u3', { n: 3, includeSeen: true })).toEqual(a.recommend('u3', { n: 3, includeSeen: true }))
  })

  test('the files have the names that other people\'s scripts rely on', async () => {
    const files = filesOf((await small()).contents)
    expect([...files.keys()].sort()).toEqual(['als_model.safetensors', 'history.safetensors', 'item_attributes.json', 'item_map.json', 'item_titles.json', 'user_map.json'])
    const json = (name: string): unknown => JSON.parse(new TextDecoder().decode(files.get(name)))
    expect(json('user_map.json')).toEqual(['u0', 'u1', 'u2', 'u3', 'u4', 'u5', 'u6'])
    expect((json('item_titles.json') as unknown[])[(json('item_map.json') as string[]).indexOf('i1')]).toBe('Ünïcode')
  })

  test('a file that is missing, cut short or of another version is refused by name', async () => {
    const files = filesOf((await small()).contents)
    for (const [name, bytes] of files) {
      const without = new Map(files)
      without.delete(name)
      expect(() => decodeVersion(without)).toThrow(MatineeError)
      expect(() => decodeVersion(new Map(files).set(name, bytes.subarray(0, bytes.length - 1)))).toThrow(/ERR_FORMAT/)
    }
    const bigger = filesOf({ ...(await small()).contents, userIds: [] })
    expect(() => decodeVersion(new Map(files).set('user_map.json', bigger.get('user_map.json') ?? new Uint8Array()))).toThrow(/history.safetensors does not fit 0 users/)
  })

  test('damaged bytes of any kind end in a MatineeError or in a recommender, never in another error', async () => {
    const bytes = save(await small())
    const random = seededRandom(77)
    for (let round = 0; round < 400; round++) {
      const damaged = bytes.slice(0, round % 4 === 0 ? random.below(bytes.length) : bytes.length)
      for (let flips = 0; flips < 3 && damaged.length > 0; flips++) damaged[random.below(Math.min(damaged.length, 3000))] ^= 1 << random.below(8)
      const error: unknown = await open(damaged).then(() => undefined, (reason: unknown) => reason)
      if (error !== undefined) expect(error, `round ${round} of seed 77`).toBeInstanceOf(MatineeError)
    }
  })
})

test('a version is a start for other events: users and items stand where their ids stood, new ones nowhere', async () => {
  const { contents } = await small()
  const ids = <Id extends string, Index extends number>(...own: string[]): IdMap<Id, Index> => new IdMap(own as Id[])
  const start = startOf(contents, { users: ids('u3', 'somebody new', 'u0'), items: ids('i9', 'i1', 'i2') })
  expect(start.users).toEqual(Int32Array.of(3, -1, 0))
  expect([...start.items].map(item => contents.itemIds[item])).toEqual(['i9', 'i1', undefined]) // nobody had i2
  expect(start.state).toBe(contents.state)
})

describe.each(Object.keys(allModels))('%s without some of its users', name => {
  const events = Array.from({ length: 300 }, (_, at) => ({ userId: `person-${at % 23}-Ω`, itemId: `i${(at * at) % 29}`, rating: 1 + at % 5, timestamp: at }))
  const small = { als: { factors: 4, iterations: 3 }, transitions: { window: 3 }, lambdamart: { trees: 3, numLeaves: 4, minDataInLeaf: 3 } } as Readonly<Record<string, object>>
  const { asksOthers } = modelDefinition(name)
  const isErased = (userId: string): boolean => ['person-0-Ω', 'person-7-Ω', 'person-22-Ω'].includes(userId)

  test('does not know them, holds no byte pattern of their ids, and gives the others what it gave them before, unless it asks others', async () => {
    const before = await fit(events, { model: name, threads: 1, ...small[name] })
    const { contents, kept } = withoutUsers(before.contents, isErased)
    const files = encodeVersion(contents)
    for (const parts of files.values()) expect(Buffer.from(joinParts(parts)).toString('latin1')).not.toMatch(/person-(0|7|22)-/)
    const after = await openVersion(decodeVersion(new Map([...files].map(([file, parts]) => [file, joinParts(parts)]))))
    expect(kept).toHaveLength(20)
    expect(() => after.recommend('person-7-Ω')).toThrow(/ERR_UNKNOWN_USER/)
    for (const userId of after.users.ids) {
      const [list, listBefore] = [after.recommend(userId, { n: 5 }), before.recommend(userId, { n: 5 })]
      if (asksOthers) expect(list.recommendations).toHaveLength(listBefore.recommendations.length)
      else expect(list).toEqual(listBefore)
      expect(after.history(userId)).toEqual(before.history(userId))
    }
  })

  test('of nobody is what it was; twice is once', async () => {
    const { contents } = await fit(events, { model: name, threads: 1, ...small[name] })
    const bytes = (of: VersionContents): unknown => encodeVersion(of)
    expect(bytes(withoutUsers(contents, () => false).contents)).toEqual(bytes(contents))
    const once = withoutUsers(contents, isErased).contents
    expect(bytes(withoutUsers(once, isErased).contents)).toEqual(bytes(once))
    const first = withoutUsers(contents, userId => userId === 'person-0-Ω').contents
    expect(bytes(withoutUsers(first, isErased).contents)).toEqual(bytes(once))
  })
})
