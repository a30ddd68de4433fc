// Every limit of kernel.wasm in one place. What a person may change at boot is read by boot.ts.

/** Time that a process may run while others wait. */
export const QUANTUM_NS: u64 = 10_000_000;
/** Time between two samples of memory. */
export const BEAT_MS: u32 = 100;
export const BEAT_NS: u64 = <u64>BEAT_MS * 1_000_000;
/** How far ahead a prediction reaches. */
export const HORIZON_MS: u32 = 60_000;
/** Rows of the trace ring, a power of two. */
export const TRACE_ROWS: u32 = 4096;
/** Bytes of the kernel log, a power of two. */
export const LOG_BYTES: u32 = 65_536;
/** Bytes typed and not yet read, a power of two. */
export const CONSOLE_BYTES: u32 = 4096;
/** Rows and text that one query copies at most. */
export const SCRATCH_BYTES: u32 = 65_536;
/** Frames that one step of giving back handles. */
export const REAP_FRAMES: u32 = 512;
/** Descriptors that one step of giving back closes. */
export const REAP_DESCRIPTORS: u32 = 8;
/** Open files of the whole machine: what descriptors share, descriptors of several processes too. */
export const OPEN_FILES: u32 = 2048;
/** Pipes of the whole machine. */
export const PIPES: u32 = 128;
/** Names that services listen to, and connections to one of them that nobody has taken yet. */
export const CHANNELS: u32 = 8;
export const CHANNEL_BACKLOG: u32 = 16;
/** Pages of a mapped file that one touch brings in: aligned, so that they lie in one page table. */
export const MAP_AROUND: u32 = 16;
/** Bytes that one read or write moves at most. */
export const TRANSFER_BYTES: u32 = 65_536;
/** Files and folders of the initrd's tree at most, and bytes of their names. */
export const TREE_ENTRIES: u32 = 16_384;
export const TREE_NAME_BYTES: u32 = 1_048_576;
/** Symbolic links that one path may lead through. */
export const PATH_LINKS: u32 = 32;
/** Bytes of a line typed to a program. */
export const TYPED_LINE_BYTES: u32 = 1024;
/** Bytes of a span that one step of a release looks at: 512 pages. */
export const RELEASE_BYTES: u64 = 2_097_152;
/** Pages that one step of compaction moves. */
export const COMPACT_PAGES: u32 = 32;
/** Frames kept in the pool of page-table frames: a mapping takes at most 3. */
export const TABLE_POOL_LOW: u32 = 8;
export const TABLE_POOL_FILL: u32 = 32;
/** Metering points that a memory policy may use for one decision. */
export const MEMORY_POLICY_FUEL: u64 = 200_000;
/** Metering points that a scheduling policy may use for one call. */
export const SCHED_POLICY_FUEL: u64 = 2_000_000;
/** Every so many decisions one is recorded with its candidates, until somebody asks for another number. */
export const SCHED_EXPLAIN_EVERY: u32 = 8;
/** Programs of the image whose hash is remembered. */
export const PROGRAM_HASHES: u32 = 64;
/** Share of the frames that lies in the unmovable zone. */
export const UNMOVABLE_PPM: u32 = 250_000;
/** Memory of the prediction window and history, and of the table of modules. */
export const POLICY_BYTES: u32 = 69_632;
/** kernel.wasm's own memory at most (asconfig.json). */
export const KERNEL_WASM_BYTES: u64 = 0x1000_0000;
/** Pages that the compressed pool can name at most, and frames that it can take at most, whatever the machine has. */
export const POOL_ENTRIES: u32 = 1_048_576;
export const POOL_FRAMES: u32 = 262_144;
/** Compressed to more than this a page stays where it is: seven eighths of a page. */
export const POOL_MOST_BYTES: u32 = 3584;
/** Granules of 64 bytes: a page is cut in two pieces only where the first has as many. */
export const POOL_LEAST_PIECE: u32 = 6;
/** A step of aging or of reclaim ends after this time or so many pages, whichever comes first. */
export const STEP_NS: u64 = 500_000;
export const AGE_PAGES: u32 = 4096;
export const PICK_PAGES: u32 = 2048;
/** Least time between two steps of a ladder that a prediction started: processes run in between. */
export const PACE_NS: u64 = 500_000;
/** Learning rate at most, in parts per billion: one. */
export const MOST_RATE_PPB: u64 = 1_000_000_000;
/** What the learner may take: a share of the processor, and memory. */
export const LEARNER_NICE: i32 = 19;
export const LEARNER_CPU_PPM: u32 = 20_000;
export const LEARNER_MEMORY_BYTES: u64 = 0x40_0000;
/** What the mind may take beside its model, whose pages are the initrd's. */
export const MIND_MEMORY_BYTES: u64 = 0x400_0000;
/** A service that ended starts again after this time. */
export const SERVICE_REST_NS: u64 = 500_000_000;
/** A task that is ready and has not run for this long gets a turn, whatever the policy says. */
export const STARVE_NS: u64 = 3_000_000_000;
/** A turn that the starvation guard gives, and what the policy has at least between two of them. */
export const RESCUE_NS: u64 = 10_000_000;
/** Who wakes from a timed wait and runs so much later has missed a deadline. */
export const DEADLINE_NS: u64 = 10_000_000;
/** Images of programs whose history is kept; the least recently used one goes. */
export const SCHED_IMAGES: u32 = 256;
/** Decisions in which the shadow differs that wait for both requests to end; the oldest one goes. */
export const SHADOW_PAIRS: u32 = 256;
/** What a switch is taken to cost before it was measured. */
export const SWITCH_NS: u32 = 2000;
/** The guard over weights: requests of a window, windows after which new weights may be taken back, and after which they are good. */
export const GUARD_WINDOW: u32 = 25;
export const GUARD_LEAST_WINDOWS: u32 = 8;
export const GUARD_MOST_WINDOWS: u32 = 16;
/** Windows before a commit without which nothing can be compared. */
export const GUARD_LEAST_BEFORE: u32 = 4;
/** Worse by less than this is not worse: thousandths of a doubling. */
export const GUARD_MARGIN_MILLI: i64 = 100;
/** Metering points that a module may use to check new weights. */
export const WEIGHTS_FUEL: u64 = 4_000_000;
