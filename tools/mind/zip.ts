// Takes one file out of a zip archive (a Python wheel is one): stored or deflated, below 4 GiB, not encrypted.
import { inflateRawSync } from "node:zlib";
import { ToolError } from "../lib/index.js";

/** An archive that cannot be read. */
export class ZipError extends ToolError {
  override readonly name = "ZipError";
  override readonly code = "GANGLION_ZIP";
}

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const COMMENT_MOST = 65_535;

/** The bytes of the one file whose name ends so. @throws ZipError */
export function unzipOne(archive: Uint8Array, ending: string): Uint8Array {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  try {
    return find(archive, view, ending);
  } catch (cause) {
    if (cause instanceof ZipError) throw cause;
    throw new ZipError("the archive is damaged", { cause });
  }
}

function find(archive: Uint8Array, view: DataView, ending: string): Uint8Array {
  let end = archive.length - END_BYTES;
  while (end >= 0 && end > archive.length - END_BYTES - COMMENT_MOST && view.getUint32(end, true) !== END) end--;
  if (end < 0 || view.getUint32(end, true) !== END) throw new ZipError("not a zip archive, or it is truncated");
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < count; i++) {
    if (view.getUint32(at, true) !== ENTRY) throw new ZipError("the archive's directory is damaged");
    const [method, packed, bytes] = [view.getUint16(at + 10, true), view.getUint32(at + 20, true), view.getUint32(at + 24, true)];
    const nameBytes = view.getUint16(at + 28, true);
    const name = Buffer.from(archive.buffer, archive.byteOffset + at + 46, nameBytes).toString("utf8");
    const local = view.getUint32(at + 42, true);
    at += 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (!name.endsWith(ending)) continue;
    if (view.getUint32(local, true) !== LOCAL) throw new ZipError(`${name} is not where the archive says`);
    const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    if (from + packed > archive.length) throw new ZipError("the archive is truncated");
    const data = archive.subarray(from, from + packed);
    if (method !== 0 && method !== 8) throw new ZipError(`${name} is packed by the unknown method ${method}`);
    const out = method === 0 ? data : inflateRawSync(data, { maxOutputLength: Math.max(bytes, 1) });
    if (out.length !== bytes) throw new ZipError(`${name} has ${out.length} bytes, its archive says ${bytes}`);
    return out;
  }
  throw new ZipError(`the archive has no file *${ending}`);
}
