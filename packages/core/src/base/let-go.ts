// Memory given back now and not when the garbage collector gets to it, which for large arrays is late.

/**
 * Ends an array of which the caller is the only user: its memory is free at once and its length 0. What lies in shared
 * memory cannot be ended and stays as it is.
 */
export function letGo(array: { readonly buffer: ArrayBufferLike } | undefined): void {
  if (array?.buffer instanceof ArrayBuffer) array.buffer.transfer(0)
}
