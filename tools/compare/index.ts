// The surface of tools/compare: WASI programs in several systems, held against each other.
export { availableCases, compare } from "./compare.js";
export { EXPLANATIONS } from "./explained.js";
export { type Difference, standsAlone } from "./judge.js";
export { type CaseResult, explanationOf } from "./report.js";
export { type Case, type Content, contentOf, type Outcome, type Runner } from "./types.js";
