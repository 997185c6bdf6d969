// Tensors as bytes in the safetensors format: an 8-byte little-endian length, a JSON header, the data. Never code.
// Source: the format's own description (Hugging Face, safetensors 0.4), which numpy, Rust and browsers read.
import { MatineeError } from '../base/index.ts'
import type { Tensor } from '../model/index.ts'

const dtypes = {
  F32: Float32Array, F64: Float64Array, I32: Int32Array, U32: Uint32Array, U8: Uint8Array,
} as const
type Dtype = keyof typeof dtypes

const MAX_HEADER_BYTES = 100_000_000

/** What a safetensors file holds. */
export interface TensorFile {
  readonly tensors: Readonly<Record<string, Tensor>>
  readonly metadata: Readonly<Record<string, string>>
}

/** The bytes of a file; tensors in the order of their names, so equal contents have equal bytes. */
export const encodeSafetensors = (file: TensorFile): Uint8Array => joinParts(safetensorsParts(file))

/** The same in parts, one behind the other: the tensors themselves, not copies. */
export function safetensorsParts({ tensors, metadata }: TensorFile): Uint8Array[] {
  const names = Object.keys(tensors).sort()
  const header: Record<string, unknown> = { __metadata__: metadata }
  let end = 0
  for (const name of names) {
    const { shape, data } = tensors[name]
    const start = end
    end += data.byteLength
    header[name] = { dtype: dtypeOf(data), shape, data_offsets: [start, end] }
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  const headerBytes = Math.ceil(json.length / 8) * 8
  const head = new Uint8Array(8 + headerBytes).fill(0x20)
  new DataView(head.buffer).setBigUint64(0, BigInt(headerBytes), true)
  head.set(json, 8)
  return [head, ...names.map(name => new Uint8Array(tensors[name].data.buffer, tensors[name].data.byteOffset, tensors[name].data.byteLength))]
}

/** Parts in one piece. */
export function joinParts(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

const dtypeOf = (data: Tensor['data']): Dtype =>
  (Object.keys(dtypes) as Dtype[]).find(dtype => data instanceof dtypes[dtype]) ?? 'U8'

/** The inverse of encodeSafetensors. Throws ERR_FORMAT for anything that is not exactly such a file. */
export function decodeSafetensors(source: Uint8Array, fileName: string): TensorFile {
  const bytes = new Uint8Array(source.buffer, source.byteOffset, source.byteLength) // a Node Buffer's slice() would not copy
  const fail = (what: string): never => { throw new MatineeError('ERR_FORMAT', `${fileName} is no safetensors file: ${what}.`) }
  if (bytes.length < 8) fail(`it has ${bytes.length} bytes, expected at least 8`)
  const headerBytes = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true))
  if (headerBytes > MAX_HEADER_BYTES || headerBytes > bytes.length - 8) fail(`its header claims ${headerBytes} of ${bytes.length} bytes`)
  const header = parseHeader(bytes.subarray(8, 8 + headerBytes)) ?? fail('its header is not a JSON object')
  const data = bytes.subarray(8 + headerBytes)
  const { __metadata__: metadata = {}, ...entries } = header
  if (!isRecord(metadata) || Object.values(metadata).some(value => typeof value !== 'string')) fail('its metadata are not strings')
  const tensors: Record<string, Tensor> = {}
  const used: [number, number][] = []
  for (const [name, entry] of Object.entries(entries)) {
    const checked = checkEntry(entry, data.length) ?? fail(`the entry of "${name}" is ${JSON.stringify(entry)?.slice(0, 200)}`)
    const ArrayType = dtypes[checked.dtype]
    const copy = data.slice(checked.start, checked.end)
    tensors[name] = { shape: checked.shape, data: new ArrayType(copy.buffer, 0, copy.byteLength / ArrayType.BYTES_PER_ELEMENT) }
    used.push([checked.start, checked.end])
  }
  used.sort((a, b) => a[0] - b[0] || a[1] - b[1])
  const gapless = used.every(([start], index) => start === (index === 0 ? 0 : used[index - 1][1]))
  if (!gapless || (used.at(-1)?.[1] ?? 0) !== data.length) fail('its tensors overlap or leave bytes unused')
  return { tensors, metadata: metadata as Record<string, string> }
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return isRecord(header) ? header : undefined
  } catch {
    return undefined
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

function checkEntry(entry: unknown, dataBytes: number): { dtype: Dtype, shape: number[], start: number, end: number } | undefined {
  if (!isRecord(entry)) return undefined
  const { dtype, shape, data_offsets: offsets } = entry
  if (typeof dtype !== 'string' || !Object.hasOwn(dtypes, dtype)) return undefined
  const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
  if (!Array.isArray(shape) || !shape.every(isSize) || !Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) return undefined
  const [start, end] = offsets as [number, number]
  const bytes = (shape as number[]).reduce((product, length) => product * length, 1) * dtypes[dtype as Dtype].BYTES_PER_ELEMENT
  return start <= end && end <= dataBytes && end - start === bytes ? { dtype: dtype as Dtype, shape: shape as number[], start, end } : undefined
}
