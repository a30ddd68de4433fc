// What of the npm package lz4js is used: its block decoder and encoder, written by others from the same description of the format.
declare module "lz4js" {
  /** Returns where the output ends. */
  export function decompressBlock(from: Uint8Array, to: Uint8Array, fromIndex: number, fromBytes: number, toIndex: number): number;
  /** Returns the bytes written; 0: it does not shrink. */
  export function compressBlock(from: Uint8Array, to: Uint8Array, fromIndex: number, fromBytes: number, table: Uint32Array): number;
}
