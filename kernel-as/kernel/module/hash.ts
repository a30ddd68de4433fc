// SHA-256 of bytes that come through a callback. Reading a module is lib/module-reader's. Pure.
import { Status } from "../../abi/numbers";
import { ByteRead } from "../../lib/module-reader";
import { Sha256 } from "../../lib/sha256";

const WINDOW_BYTES: u32 = 1024;
const window: usize = memory.data(1024, 8);
const hash: Sha256 = changetype<Sha256>(memory.data(offsetof<Sha256>(), 8));

/** SHA-256 of `bytes` bytes at `offset` into `out` (32 bytes). Io: they cannot all be read. */
export function hashSpan(read: ByteRead, offset: u64, bytes: u32, out: usize): i32 {
  hash.begin();
  let done: u32 = 0;
  while (done < bytes) {
    const wanted = min(WINDOW_BYTES, bytes - done);
    const got = read(offset + done, window, wanted);
    if (got < 0) return got;
    if (<u32>got !== wanted) return Status.Io;
    hash.add(window, wanted);
    done += wanted;
  }
  hash.finish(out);
  return Status.Ok;
}
