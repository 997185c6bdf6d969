// Reading a model's tensors back, with their shapes checked.
import { MatineeError } from '../base/index.ts'
import type { Csr } from '../sparse/index.ts'
import type { ModelState, Tensor } from './contract.ts'

/** A float32 tensor of the state with the given shape; −1 stands for any length. Throws ERR_FORMAT otherwise. */
export function floatTensor(state: ModelState, name: string, shape: readonly number[]): { data: Float32Array, shape: readonly number[] } {
  const tensor = state.tensors[name]
  const expected = `[${shape.map(length => length < 0 ? 'any' : length).join(', ')}] of float32`
  if (!tensor || !(tensor.data instanceof Float32Array)) {
    throw new MatineeError('ERR_FORMAT', `the ${state.model} model's tensor "${name}" is ${tensor ? tensor.data.constructor.name : 'missing'}, expected ${expected}.`)
  }
  const fits = tensor.shape.length === shape.length && shape.every((length, axis) => length < 0 || length === tensor.shape[axis])
  if (!fits || tensor.data.length !== tensor.shape.reduce((product, length) => product * length, 1)) {
    throw new MatineeError('ERR_FORMAT', `the ${state.model} model's tensor "${name}" has the shape [${tensor.shape.join(', ')}] and ${tensor.data.length} values, expected ${expected}.`)
  }
  return { data: tensor.data, shape: tensor.shape }
}

/** A number among the state's options. Throws ERR_FORMAT when it is missing. */
export function numberOption(state: ModelState, name: string): number {
  const value = state.options[name]
  if (typeof value === 'number') return value
  throw new MatineeError('ERR_FORMAT', `the ${state.model} model's option "${name}" is ${JSON.stringify(value)}, expected a number.`)
}

/** One of `choices` among the state's options. Throws ERR_FORMAT when it is missing or another. */
export function choiceOption<Choice extends string>(state: ModelState, name: string, choices: readonly Choice[]): Choice {
  const value = state.options[name]
  const choice = choices.find(known => known === value)
  if (choice !== undefined) return choice
  throw new MatineeError('ERR_FORMAT', `the ${state.model} model's option "${name}" is ${JSON.stringify(value)}, expected one of ${choices.join(', ')}.`)
}

/** The rows of a tensor that stay: [rows × …] → [kept × …], a copy. */
export function keptRows({ shape: [nRows, ...rest], data }: Tensor, kept: Uint32Array): Tensor {
  const width = data.length / Math.max(nRows, 1)
  const copy = new (data.constructor as new (length: number) => Tensor['data'])(kept.length * width)
  kept.forEach((row, at) => copy.set(data.subarray(row * width, (row + 1) * width), at * width))
  return { shape: [kept.length, ...rest], data: copy }
}

/** A state whose tensor `name` has a row a user, without the others' rows. */
export const withKeptRows = (state: ModelState, name: string, kept: Uint32Array): ModelState =>
  ({ ...state, tensors: { ...state.tensors, [name]: keptRows(state.tensors[name], kept) } })

/** The float32 numbers of a tensor of so many. Throws ERR_FORMAT for another, or none. */
export function tensorData(tensors: Readonly<Record<string, Tensor>>, name: string, length: number): Float32Array {
  const data = tensors[name]?.data
  if (data instanceof Float32Array && data.length === length) return data
  throw new MatineeError('ERR_FORMAT', `the tensor "${name}" is missing or not ${length} numbers of float32.`)
}

/** A sparse matrix of ones as tensors. */
export const patternTensors = (name: string, { indptr, indices }: Csr): Record<string, Tensor> =>
  ({ [`${name}_indptr`]: { shape: [indptr.length], data: indptr }, [`${name}_indices`]: { shape: [indices.length], data: indices } })

/** The inverse of patternTensors, of a matrix with no more columns than entries. Throws ERR_FORMAT for other than so many rows. */
export function patternOf(name: string, tensors: Readonly<Record<string, Tensor>>, nRows: number): Csr {
  const [indptr, indices] = [tensors[`${name}_indptr`]?.data, tensors[`${name}_indices`]?.data]
  const fits = indptr instanceof Uint32Array && indices instanceof Int32Array && indptr.length === nRows + 1 && indptr[0] === 0
    && indptr.every((start, row) => row === 0 || start >= indptr[row - 1]) && indptr[nRows] === indices.length && indices.every(index => index >= 0 && index < indices.length)
  if (!fits) throw new MatineeError('ERR_FORMAT', `the matrix "${name}" is missing, has not ${nRows} rows, or columns that nothing has.`)
  return { nRows, nColumns: indices.reduce((most, index) => Math.max(most, index + 1), 0), indptr, indices, values: new Float32Array(indices.length).fill(1) }
}
