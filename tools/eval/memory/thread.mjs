// Start of a worker thread of the evaluation: registers the TypeScript loader, as tools/bootstrap.mjs does for commands, then runs worker.ts.
import { register } from "tsx/esm/api";

register();
await import("./worker.ts");
