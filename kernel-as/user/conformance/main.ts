// A WASI program that calls preview 1 in many right and wrong ways and says what came back, line by line. The same bytes run in
// Node's WASI, in the Linux twin of our runtime and in the booted kernel; the lines must be the same. Descriptor 3 is an empty
// directory. With the argument `own` also what cannot be asked of Node.
import { rightsCases } from "./capabilities";
import { clockCases, ownCases } from "./clocks";
import { dataCases } from "./data";
import { pathCases } from "./files";
import { folderCases } from "./folders";
import { BUFFER, begin, DIRECTORY, OUT, path, say } from "./report";
import { spanCases, wrappingCases } from "./spans";
import * as wasi from "./wasi_snapshot_preview1";

wasi.args_sizes_get(OUT, OUT + 4);
wasi.args_get(BUFFER, BUFFER + 512);
const own = load<u32>(OUT) > 1 && load<u8>(load<u32>(BUFFER + 4)) == 0x6f;
clockCases();
dataCases();
rightsCases();
pathCases();
folderCases();
spanCases();
if (own) {
  wrappingCases();
  ownCases();
}
begin("end");
say("unlink", wasi.path_unlink_file(DIRECTORY, path("a.txt"), 5) + wasi.path_unlink_file(DIRECTORY, path("log"), 3));
wasi.proc_exit(17);
