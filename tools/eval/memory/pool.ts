// Spreads the episodes of an evaluation over worker threads, and gives the results back in order. Two at the most: a machine has
// other work. Ends its threads whatever happens.
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Episode } from "../../episodes/index.js";
import { ToolError } from "../../lib/index.js";

const MOST_THREADS = 2;

export interface Task {
  index: number;
  /** … or the episode itself */
  seed?: number;
  episode?: Episode;
  kind: "judge" | "counterfactual" | "healthy";
}

export interface ThreadPlan {
  policies: { name: string; path: string }[];
}

/** An episode could not be replayed. */
export class ReplayFailed extends ToolError {
  override readonly name = "ReplayFailed";
  override readonly code = "GANGLION_REPLAY";
}

/**
 * Runs every task; results in the order of the tasks.
 * @throws ReplayFailed at the first task that fails
 */
export async function runAll<Result>(tasks: readonly Task[], plan: ThreadPlan, onDone: (done: number) => void): Promise<Result[]> {
  const results = new Array<Result>(tasks.length);
  const count = Math.min(MOST_THREADS, availableParallelism(), tasks.length);
  const workers = Array.from({ length: count }, () => new Worker(new URL("./thread.mjs", import.meta.url), { workerData: plan }));
  let next = 0;
  let done = 0;
  try {
    await Promise.all(
      workers.map(
        (worker) =>
          new Promise<void>((settle, reject) => {
            const give = () => {
              const task = tasks[next++];
              if (task) worker.postMessage(task);
              else settle();
            };
            worker.on("error", reject);
            worker.on("message", ({ index, result, error }: { index: number; result?: Result; error?: string }) => {
              if (error !== undefined) {
                const task = tasks[index] as Task;
                reject(new ReplayFailed(`${task.episode?.id ?? `seed ${task.seed}`} cannot be replayed: ${error}`));
                return;
              }
              results[index] = result as Result;
              onDone(++done);
              give();
            });
            give();
          }),
      ),
    );
    return results;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
