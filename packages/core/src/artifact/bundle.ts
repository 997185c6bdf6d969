// A version's files as one run of bytes, for places without folders: a safetensors file with a byte tensor a file.
import { MatineeError } from '../base/index.ts'
import { decodeSafetensors, encodeSafetensors, joinParts } from './safetensors.ts'

/** The files as one run of bytes. */
export function encodeBundle(files: ReadonlyMap<string, readonly Uint8Array[]>): Uint8Array {
  const tensors = Object.fromEntries([...files].map(([name, parts]) => {
    const data = joinParts(parts)
    return [name, { shape: [data.length], data }]
  }))
  return encodeSafetensors({ tensors, metadata: { format: 'matinee bundle 1' } })
}

/** The inverse of encodeBundle. Throws ERR_FORMAT. */
export function decodeBundle(bytes: Uint8Array): Map<string, Uint8Array> {
  const { tensors, metadata } = decodeSafetensors(bytes, 'the saved model')
  if (metadata.format !== 'matinee bundle 1') throw new MatineeError('ERR_FORMAT', 'the bytes are not a model that save() wrote.')
  return new Map(Object.entries(tensors).map(([name, { data }]) => [name, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]))
}
