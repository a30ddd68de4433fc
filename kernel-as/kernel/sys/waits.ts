// What a system call answers when its process now waits. Bottom of this folder.

/** The result comes later, when the wait ends. */
export const WAITS: i64 = i64.MIN_VALUE;
