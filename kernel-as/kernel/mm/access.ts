// Kinds of access that a page can be touched by. Bottom of this folder.

/** Kind of access that faulted. */
export const enum Access {
  Read = 0,
  Write = 1,
  Execute = 2,
}
