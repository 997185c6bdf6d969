// Two kinds of names for a user or an item, and a compile error when one is taken for another.
//
// The outside world's ids are strings; inside, users and items are dense integers from 0. All four are
// branded, so a transposed matrix or a swapped argument does not compile.

declare const brand: unique symbol

/** The outside world's id of a user. */
export type UserId = string & { readonly [brand]: 'UserId' }
/** The outside world's id of an item. */
export type ItemId = string & { readonly [brand]: 'ItemId' }
/** A user's row, an integer in [0, nUsers). */
export type UserIndex = number & { readonly [brand]: 'UserIndex' }
/** An item's row, an integer in [0, nItems). */
export type ItemIndex = number & { readonly [brand]: 'ItemIndex' }

/** Marks a string from outside as a user id. */
export const userId = (id: string): UserId => id as UserId
/** Marks a string from outside as an item id. */
export const itemId = (id: string): ItemId => id as ItemId
/** Marks a row number as a user's. The caller vouches for it. */
export const userIndex = (row: number): UserIndex => row as UserIndex
/** Marks a row number as an item's. The caller vouches for it. */
export const itemIndex = (row: number): ItemIndex => row as ItemIndex
