// A worker thread of the evaluation: gets seeds or episodes, replays and judges them, answers one result each. Not the plan (pool.ts).
import { parentPort, workerData } from "node:worker_threads";
import { ROOT } from "../../lib/index.js";
import { Engine } from "../../sim/fast.js";
import { Policy } from "../../sim/policies.js";
import type { Task, ThreadPlan } from "./pool.js";
import { runTask } from "./tasks.js";

const plan = workerData as ThreadPlan;
const engine = new Engine(ROOT);
const policies = plan.policies.map(({ name, path }) => Policy.fromFile(name, path));

parentPort?.on("message", (task: Task) => {
  try {
    parentPort?.postMessage({ index: task.index, result: runTask(task, engine, policies) });
  } catch (error) {
    parentPort?.postMessage({ index: task.index, error: (error as Error).stack ?? String(error) });
  }
});
