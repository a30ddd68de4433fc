// Where the kernel's WASI is right against both of the others, and why. A row that is not here and stands alone fails the test.
import type { Explanation } from "./report.js";

export const EXPLANATIONS: readonly Explanation[] = [];
