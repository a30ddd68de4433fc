// A worker thread of the evaluation of schedulers: gets lists, runs every policy through each. Not the plan (common/pool.ts).
import { SchedPolicy } from "../../sim/sched/index.js";
import { poolData, serve } from "../common/pool.js";
import { simulateList } from "./lists.js";
import type { ListSpec, PolicyFile } from "./types.js";

const policies = poolData<PolicyFile[]>().map((file) => ({ file, policy: SchedPolicy.fromFile(file.name, file.path) }));

serve((spec: ListSpec) => simulateList(spec, policies));
