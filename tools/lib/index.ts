// The surface of tools/lib: errors, paths, programs, progress.
export * from "./errors.js";
export { DEFAULT_DEADLINE_MS, type ExecOptions, type ExecResult, exec } from "./exec.js";
export { lock, tryLock } from "./lock.js";
export * from "./paths.js";
export { Peer, PeerFailed } from "./peer.js";
export { Progress } from "./progress.js";
export { atExit, guard } from "./reaper.js";
export { runCommand } from "./run.js";
