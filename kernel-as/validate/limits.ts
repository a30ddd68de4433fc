// The limits that the specification leaves to implementations: those of V8, so that both accept the same modules. Not the bound
// on nesting, which the caller gives.

export const MOST_TYPES: u32 = 1_000_000;
export const MOST_FUNCTIONS: u32 = 1_000_000;
export const MOST_IMPORTS: u32 = 100_000;
export const MOST_EXPORTS: u32 = 100_000;
export const MOST_GLOBALS: u32 = 1_000_000;
export const MOST_TABLES: u32 = 100_000;
export const MOST_DATA_SEGMENTS: u32 = 100_000;
export const MOST_ELEMENT_SEGMENTS: u32 = 10_000_000;
export const MOST_ELEMENTS: u32 = 10_000_000; // of one segment
export const MOST_MEMORY_PAGES: u32 = 65_536;
export const MOST_PARAMETERS: u32 = 1000;
export const MOST_RESULTS: u32 = 1000;
export const MOST_LOCALS: u32 = 50_000; // with the parameters
export const MOST_BODY_BYTES: u32 = 7_654_321;
export const MOST_BRANCHES: u32 = 65_520; // of one br_table, without the default

/** Our own: operands on the stack at once. Past it a module is TooDeep. */
export const OPERANDS: u32 = 65_536;
/** Our own: the deepest nesting that a caller may allow. */
export const MOST_NESTING: u32 = 1024;
