// Where the kernel's WASI is right against both of the others, and why. A row that is not here and stands alone fails the test.
import type { Explanation } from "./report.js";

export const EXPLANATIONS: readonly Explanation[] = [
  { case: /^exits exit 300$/, row: /^exit: 44$/, why: "a process has an exit status of 8 bits here, as in Unix; the others hand the number to their JavaScript caller" },
  {
    case: /^fstour links$/,
    row: /open s, not what it names +error 32 /,
    why: "opened without following, a symbolic link is ELOOP (POSIX open with O_NOFOLLOW); @wasmer/wasi has none and had crashed, node:wasi follows it",
  },
  {
    case: /^fstour times$/,
    row: /time of the last change +1234567890\.123456789$/,
    why: "the kernel keeps the nanoseconds that were set; @wasmer/wasi keeps no times, node:wasi cuts off the fraction",
  },
];
