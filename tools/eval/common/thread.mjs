// Start of a worker thread of an evaluation: registers the TypeScript loader, as tools/bootstrap.mjs does for commands, then runs the
// worker module that the plan names.
import { workerData } from "node:worker_threads";
import { register } from "tsx/esm/api";

register();
await import(workerData.worker);
