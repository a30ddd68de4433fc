// Spreads the tasks of an evaluation over worker threads, and gives the results back in order. Two at the most: a machine has other work.
// Ends its threads whatever happens. A worker module (tasks of memory, of sched) answers with serve().
import { availableParallelism } from "node:os";
import { parentPort, Worker, workerData } from "node:worker_threads";
import { ToolError } from "../../lib/index.js";

const MOST_THREADS = 2;

/** What a thread is started with: the worker module, and the data that it gets. */
export interface PoolPlan {
  /** URL of the worker module, which calls serve() */
  worker: string;
  data: unknown;
}

/** A task of an evaluation could not be done. */
export class TaskFailed extends ToolError {
  override readonly name = "TaskFailed";
  override readonly code = "GANGLION_TASK";
}

interface Answer {
  index: number;
  result?: unknown;
  error?: string;
}

/**
 * Runs every task; results in the order of the tasks.
 * @param nameOf a task in the message when it fails
 * @throws TaskFailed at the first task that fails
 */
export async function runAll<Task, Result>(tasks: readonly Task[], plan: PoolPlan, nameOf: (task: Task) => string, onDone: (done: number) => void): Promise<Result[]> {
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
              const index = next++;
              if (index < tasks.length) worker.postMessage({ index, task: tasks[index] });
              else settle();
            };
            worker.on("error", reject);
            worker.on("message", ({ index, result, error }: Answer) => {
              if (error !== undefined) {
                reject(new TaskFailed(`${nameOf(tasks[index] as Task)}: ${error}`));
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

/** In a worker module: the data of the plan. */
export function poolData<Data>(): Data {
  return (workerData as PoolPlan).data as Data;
}

/** In a worker module: answers each task with what `run` returns. */
export function serve<Task, Result>(run: (task: Task) => Result | Promise<Result>): void {
  parentPort?.on("message", async ({ index, task }: { index: number; task: Task }) => {
    try {
      parentPort?.postMessage({ index, result: await run(task) } satisfies Answer);
    } catch (error) {
      const text = error instanceof ToolError ? error.message : ((error as Error).stack ?? String(error));
      parentPort?.postMessage({ index, error: text } satisfies Answer);
    }
  });
}
