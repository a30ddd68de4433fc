// A worker thread of the evaluation: gets seeds or episodes, replays and judges them, answers one result each. Not the plan (common/pool.ts).
import { ROOT } from "../../lib/index.js";
import { Engine } from "../../sim/fast.js";
import { Policy } from "../../sim/policies.js";
import { poolData, serve } from "../common/pool.js";
import { runTask, type Task, type ThreadPlan } from "./tasks.js";

const engine = new Engine(ROOT);
const policies = poolData<ThreadPlan>().policies.map(({ name, path }) => Policy.fromFile(name, path));

serve((task: Task) => runTask(task, engine, policies));
