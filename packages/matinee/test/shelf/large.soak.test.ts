// A version with a tensor beyond 4 GiB: saved, read back with every byte checked, opened. Some minutes and some 14 GB.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeSafetensors, encodeSafetensors } from '@matinee/core'
import { expect, test } from 'vitest'
import { readVersion, writeVersion } from '../../src/shelf/index.ts'

const NAME = 'als_model.safetensors'
const LENGTH = 1_100_000_000

test('a tensor of 4.4 GB is saved and opened as it was', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'matinee-soak-'))
  try {
    const data = new Float32Array(LENGTH)
    const marks = [0, 2 ** 29 - 1, 2 ** 29, 2 ** 30 - 1, 2 ** 30, LENGTH - 1] // about 2 and 4 GiB, and the ends
    for (const at of marks) data[at] = at + 0.5
    const files = new Map([[NAME, encodeSafetensors({ tensors: { user_factors: { shape: [LENGTH / 100, 100], data } }, metadata: {} })]])
    await writeVersion(dir, { label: 'als', now: new Date(), manifest: {}, files })
    files.clear()
    const bytes = (await readVersion(dir)).files.get(NAME) ?? new Uint8Array()
    expect(bytes.length).toBeGreaterThan(4 * LENGTH)
    const { shape, data: found } = decodeSafetensors(bytes, NAME).tensors.user_factors
    expect(shape).toEqual([LENGTH / 100, 100])
    expect(found.length).toBe(LENGTH)
    for (const at of marks) expect(found[at]).toBe(data[at])
  } finally {
    await rm(dir, { recursive: true })
  }
})
