// Family "sched": schedctl, the scheduler: its table of subcommands, status, policy, images and reset. Tasks are in sched-tasks.ts, decisions
// in sched-explain.ts, the shadow in sched-shadow.ts, learning in sched-learning.ts.
import { IMAGE_ROW_BINS, IMAGE_ROW_BYTES, ImageRow, SCHED_ROW_LATENCY } from "../../abi/layouts";
import { Control, ModuleState, SCHED_BINS, Topic } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { Arguments } from "../arguments";
import { printLine } from "../console";
import { Json } from "../json";
import {
  binsText,
  countedDecisions,
  decisionQuantile,
  failNoScheduler,
  failUnknownPolicy,
  findPolicy,
  imageText,
  imageWhole,
  mean,
  modeName,
  Policy,
  policyName,
  schedPolicies,
  schedRow,
  spanOr,
  swapTo,
  TaskNames,
  usText,
} from "../policies";
import { done, failStatus, Labels, statusText, Table } from "../report";
import { RowReader, u32At } from "../rows";
import { action, Command, Effect, operand, register, Type } from "../table";
import { decimal, formatPpm, formatSpan, formatStamp } from "../units";
import { withExplain } from "./sched-explain";
import { withLearning } from "./sched-learning";
import { withShadow } from "./sched-shadow";
import { withTasks } from "./sched-tasks";

const STATES: string[] = ["available", "active", "ejected"];
const ENGINES: string[] = ["built in", "aot", "wasm3"];
const LATENCY_BINS: u32 = 64;

export function registerSched(): void {
  const command = new Command("schedctl", "sched", Effect.Observe, "the scheduler: policies, tasks, decisions, learning", null)
    .with(action("status", Effect.Observe, "turns, switches, response, idle time, what a decision costs", status))
    .with(
      action("policy", Effect.Adjust, "which policy decides and which there are; with NAME, let that one decide", policy)
        .takes(operand("NAME", Type.Policy, "a policy, or fallback for the kernel's own round robin").optional(""))
        .tells(),
    );
  withTasks(command);
  command.with(action("images", Effect.Observe, "what is known of programs: the history of their requests", images));
  withExplain(command);
  withShadow(command);
  withLearning(command);
  command.with(action("reset", Effect.Destroy, "forget recorded decisions, the shadow's counts and the histories of images", reset));
  register(command);
}

function status(given: Arguments): i32 {
  const row = schedRow();
  if (!row) return failNoScheduler(given);
  const p50 = decisionQuantile(row, 500000);
  const p99 = decisionQuantile(row, 990000);
  const counted = countedDecisions(row);
  // the row's buffer is not the one that the policies are read into
  const name = policyName(schedPolicies(), row.moduleId);
  if (given.json) {
    const json = new Json().object().pair("timeNs", row.timeNs).string("policy", name).pair("moduleId", row.moduleId);
    json.pair("decisions", row.decisions).pair("single", row.single).pair("switches", row.switches).pair("voluntary", row.voluntary).pair("involuntary", row.involuntary);
    json.pair("preemptions", row.preemptions).pair("rescues", row.rescues).pair("ejections", row.ejections).pair("requests", row.requests);
    json.pair("responseNs", row.responseNs).pair("serviceNs", row.serviceNs).pair("slowdownMilli", row.slowdownMilli).pair("idleNs", row.idleNs).pair("ready", row.ready);
    json.pair("explainEvery", row.explainEvery).string("learnMode", modeName(row.learnMode)).pair("ratePpb", row.ratePpb).pair("quantumUs", row.quantumUs);
    json.pair("starveNs", row.starveNs).signed("p50Ns", p50).signed("p99Ns", p99).key("latency").list();
    for (let bin: u32 = 0; bin < LATENCY_BINS; bin++) json.natural(u32At(changetype<usize>(row) + SCHED_ROW_LATENCY, bin));
    json.endList().endObject().end();
    return 0;
  }
  const requests = row.requests;
  new Labels()
    .add("Policy", name)
    .add("Decisions", row.decisions.toString() + " asked for, " + row.single.toString() + " turns of a task that was alone")
    .add("Decision Time", counted == 0 ? "none yet" : "p50 <= " + spanOr(p50, "-") + ", p99 <= " + spanOr(p99, "-"))
    .add("Switches", row.switches.toString() + "; turns ended " + row.voluntary.toString() + " times voluntarily, " + row.involuntary.toString() + " involuntarily")
    .add("Preemptions", row.preemptions.toString())
    .add("Rescues", row.rescues.toString() + ", after " + formatSpan(row.starveNs) + " of waiting")
    .add("Ejections", row.ejections.toString())
    .add("Requests", requests.toString())
    .add("Mean Response", requests == 0 ? "none yet" : formatSpan(mean(row.responseNs, requests)) + " for " + formatSpan(mean(row.serviceNs, requests)) + " of processor time")
    .add("Mean Slowdown", requests == 0 ? "none yet" : decimal(mean(row.slowdownMilli, requests) as i64, 3))
    .add("Ready", row.ready.toString())
    .add("Quantum", formatSpan((row.quantumUs as u64) * 1000))
    .add("Idle", formatSpan(row.idleNs) + (row.timeNs == 0 ? "" : ", " + formatPpm(((row.idleNs / 1000) * 1000000) / (row.timeNs / 1000 + 1)) + " of " + formatSpan(row.timeNs)))
    .add("Recorded", row.explainEvery == 0 ? "no decision" : row.explainEvery == 1 ? "each decision" : "one decision in " + row.explainEvery.toString())
    .add("Learning", modeName(row.learnMode))
    .print();
  return 0;
}

function policy(given: Arguments): i32 {
  const name = given.text("NAME");
  const policies = schedPolicies();
  if (name == "") return listPolicies(given, policies);
  const wanted = findPolicy(policies, name);
  return wanted ? swapTo(given, wanted) : failUnknownPolicy(given, policies, name);
}

function listPolicies(given: Arguments, policies: Policy[]): i32 {
  const row = schedRow();
  if (!row) return failNoScheduler(given);
  const active = row.moduleId;
  if (given.json) {
    const json = new Json().object().string("policy", policyName(policies, active)).key("policies").list();
    for (let i = 0; i < policies.length; i++) {
      const p = policies[i];
      json
        .object()
        .string("name", p.name)
        .pair("id", p.id)
        .boolean("active", p.id == active)
        .string("state", stateOf(p, active))
        .string("engine", ENGINES[p.engine]);
      json.pair("calls", p.calls).pair("errors", p.errors).pair("nsTotal", p.nsTotal).signed("lastError", p.lastError).string("reason", p.reason).endObject();
    }
    json.endList().endObject().end();
    return 0;
  }
  const table = new Table(["", "NAME", "STATE", "ENGINE", ">CALLS", ">ERRORS", ">TIME/CALL", "REASON"]);
  for (let i = 0; i < policies.length; i++) {
    const p = policies[i];
    const why = p.reason != "" ? p.reason : p.state == ModuleState.Ejected ? statusText(p.lastError) : "";
    table.add([
      p.id == active ? "*" : "",
      p.name,
      stateOf(p, active),
      ENGINES[p.engine],
      p.calls.toString(),
      p.errors.toString(),
      p.calls > 0 ? formatSpan(p.nsTotal / p.calls) : "-",
      why,
    ]);
  }
  table.print();
  return 0;
}

function stateOf(policy: Policy, active: u32): string {
  if (policy.id == active) return STATES[ModuleState.Active];
  return policy.state == ModuleState.Ejected ? STATES[ModuleState.Ejected] : STATES[ModuleState.Available];
}

function images(given: Arguments): i32 {
  const names = new TaskNames();
  const json = new Json();
  if (given.json) json.object().key("images").list();
  const table = new Table(["IMAGE", ">REQUESTS", ">MEAN", ">DEVIATION", ">BURST", ">LAST", "TIMES", "RUNS AS"]);
  const rows = new RowReader(Topic.Images, IMAGE_ROW_BYTES, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) {
    const i = changetype<ImageRow>(row);
    const bins = row + IMAGE_ROW_BINS;
    if (given.json) {
      json.object().string("image", imageWhole(i.image)).pair("lastNs", i.lastNs).pair("requests", i.requests).pair("meanUs", i.meanUs);
      json.pair("deviationUs", i.deviationUs).pair("burstUs", i.burstUs).key("binsPpm").list();
      for (let bin: u32 = 0; bin < SCHED_BINS; bin++) json.natural(u32At(bins, bin));
      json.endList().string("command", names.ofImage(i.image)).endObject();
      continue;
    }
    const command = names.ofImage(i.image);
    const times = binsText(bins);
    const last = i.requests == 0 ? "-" : formatStamp(i.lastNs);
    table.add([imageText(i.image), i.requests.toString(), usText(i.meanUs), usText(i.deviationUs), usText(i.burstUs), last, times, command == "" ? "-" : command]);
  }
  if (given.json) json.endList().endObject().end();
  else if (table.count > 0) table.print();
  else printLine("no request has ended yet");
  return 0;
}

function reset(given: Arguments): i32 {
  const result = sys.control(Control.SchedReset, 0, 0, 0, 0);
  return result < 0 ? failStatus(given, "", result) : done(given, "");
}
