// schedctl transformer, set-lr and weights: the policy that learns, what it learnt, and the guard over its weights.
import { LEARNER_ROW_BYTES, LearnerRow, TASK_ROW_BYTES, TaskRow, WEIGHTS_ROW_BYTES, WeightsRow } from "../../abi/layouts";
import { Control, LearnMode, Status, Topic } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { Arguments } from "../arguments";
import { Json } from "../json";
import { decisionQuantile, failNoScheduler, findPolicy, modeName, Policy, policyName, schedPolicies, schedRow, spanOr, swapTo, TRANSFORMER } from "../policies";
import { complain, done, fail, failStatus, Labels } from "../report";
import { queryOne, RowReader } from "../rows";
import { STATUS_USAGE } from "../session";
import { action, Command, Effect, flag, operand, Type } from "../table";
import { decimal, formatBytes, formatPpm, formatReal, formatSpan, formatStamp, NOT_A_NUMBER, parseDecimal, parseInteger, TOO_LARGE } from "../units";
import { agreementText, shadowRow } from "./sched-shadow";
import { withWeightsFiles } from "./sched-weights";

/** Learning rates that are taken: 10⁻⁶ to 1, in parts per billion. */
const LEAST_RATE: i64 = 1000;
const MOST_RATE: i64 = 1000000000;
const NONE = "none yet";

/** Adds them to schedctl. */
export function withLearning(schedctl: Command): void {
  schedctl
    .with(
      action("transformer", Effect.Observe, "the policy that learns; alone: its stats", stats)
        .offers(flag("--verbose", "the guard over the weights and the gradient, too"))
        .with(action("on", Effect.Adjust, "let it decide", on))
        .with(action("off", Effect.Adjust, "let the kernel's own round robin decide; policy NAME lets another", off))
        .with(
          action("stats", Effect.Observe, "decisions, their time, agreement, switches, learning; all as the kernel counted", stats).offers(
            flag("--verbose", "the guard over the weights and the gradient, too"),
          ),
        )
        .with(action("reset", Effect.Destroy, "forget what was learnt: the weights that came with it", reset))
        .with(action("freeze", Effect.Adjust, "learn no more; the weights stay", freeze))
        .with(action("learn", Effect.Adjust, "learn from what is observed", learn)),
    )
    .with(
      action("set-lr", Effect.Adjust, "set the learning rate", setRate).takes(
        operand("RATE", Type.Text, "0.000001 to 1, as 0.001 or 1e-3").suchAs(["0.0001", "0.0002", "0.0005", "0.001", "0.002", "0.005", "0.01"]),
      ),
    )
    .with(withWeightsFiles(action("weights", Effect.Observe, "the weights in use: version, guard, rollbacks", weights)));
}

function transformer(given: Arguments): Policy | null {
  const policy = findPolicy(schedPolicies(), TRANSFORMER);
  if (!policy) fail(given, "there is no policy " + TRANSFORMER + " in this kernel; modctl load brings one");
  return policy;
}

function on(given: Arguments): i32 {
  const policy = transformer(given);
  return policy ? swapTo(given, policy) : 1;
}

function off(given: Arguments): i32 {
  return swapTo(given, schedPolicies()[0]);
}

function reset(given: Arguments): i32 {
  const policy = transformer(given);
  if (!policy) return 1;
  const result = sys.control(Control.WeightsRevert, policy.id, 1, 0, 0);
  return result < 0 ? failStatus(given, policy.name, result) : done(given, "");
}

function freeze(given: Arguments): i32 {
  return setMode(given, LearnMode.Frozen, 0);
}

function learn(given: Arguments): i32 {
  return setMode(given, LearnMode.Learning, 0);
}

function setMode(given: Arguments, mode: u32, ratePpb: u64): i32 {
  const result = sys.control(Control.SchedMode, mode, ratePpb, 0, 0);
  if (result == Status.NotFound) return failNoScheduler(given);
  return result < 0 ? failStatus(given, "", result) : done(given, "");
}

/** A rate in parts per billion: "0.001", "1e-3", "2.5e-4"; NOT_A_NUMBER. */
function parseRate(text: string): i64 {
  const at = max(text.indexOf("e"), text.indexOf("E"));
  if (at < 0) return parseDecimal(text, 1000000000);
  const exponent = parseInteger(text.substring(at + 1));
  if (exponent < -9 || exponent > 0) return exponent == NOT_A_NUMBER ? NOT_A_NUMBER : exponent < 0 ? 0 : TOO_LARGE;
  let scale: u64 = 1000000000;
  for (let i = exponent; i < 0; i++) scale /= 10;
  return parseDecimal(text.substring(0, at), scale);
}

function setRate(given: Arguments): i32 {
  const text = given.text("RATE");
  const rate = parseRate(text);
  if (rate == NOT_A_NUMBER) return complain(given.json, "schedctl set-lr: RATE: not a number such as 0.001 or 1e-3: " + text, STATUS_USAGE);
  if (rate < LEAST_RATE || rate > MOST_RATE) return complain(given.json, "schedctl set-lr: RATE: must be 0.000001 to 1, not " + text, STATUS_USAGE);
  const row = schedRow();
  if (!row) return failNoScheduler(given);
  return setMode(given, row.learnMode, rate as u64);
}

/** A row that a second read of one row must not overwrite. */
function copyRow(topic: Topic, bytes: u32): ArrayBuffer | null {
  const row = queryOne(topic, 0, bytes);
  if (row == 0) return null;
  const kept = new ArrayBuffer(bytes);
  memory.copy(changetype<usize>(kept), row, bytes);
  return kept;
}

function stats(given: Arguments): i32 {
  const policies = schedPolicies();
  const row = schedRow();
  if (!row) return failNoScheduler(given);
  const policy = findPolicy(policies, TRANSFORMER);
  const active = policy != null && row.moduleId == policy.id;
  // the latency histogram is of the policy that decides
  const p50: i64 = active ? decisionQuantile(row, 500000) : -1;
  const p99: i64 = active ? decisionQuantile(row, 990000) : -1;
  const switches = row.switches;
  const mode = row.learnMode;
  const rate = row.ratePpb;
  const calls: u64 = policy ? policy.calls : 0;
  const nsTotal: u64 = policy ? policy.nsTotal : 0;
  const learnerBytes = copyRow(Topic.Learner, LEARNER_ROW_BYTES);
  const weightsBytes = copyRow(Topic.Weights, WEIGHTS_ROW_BYTES);
  const shadow = shadowRow();
  const known = shadow != null && shadow.decisions > 0;
  if (given.json) {
    const json = new Json()
      .object()
      .boolean("active", active)
      .pair("decisions", calls)
      .signed("meanNs", calls == 0 ? -1 : ((nsTotal / calls) as i64));
    json.signed("p50Ns", p50).signed("p99Ns", p99).pair("switches", switches).string("mode", modeName(mode)).pair("ratePpb", rate);
    json.string("shadow", shadow != null && shadow.moduleId != 0 ? policyName(policies, shadow.moduleId) : "");
    json.signed("agreementPpm", shadow != null && known ? (((shadow.agreed * 1000000) / shadow.decisions) as i64) : -1);
    if (learnerBytes) learnerJson(json.key("learner"), changetype<LearnerRow>(changetype<usize>(learnerBytes)));
    if (weightsBytes) weightsJson(json.key("weights"), changetype<WeightsRow>(changetype<usize>(weightsBytes)), policies);
    json.endObject().end();
    return 0;
  }
  const labels = new Labels()
    .add("Transformer", policy == null ? "not in this kernel" : active ? "decides" : "does not decide; " + policyName(policies, row.moduleId) + " does")
    .add("Decisions", calls.toString())
    .add("Inference Time", calls == 0 ? NONE : "mean " + formatSpan(nsTotal / calls) + ", p50 <= " + spanOr(p50, "-") + ", p99 <= " + spanOr(p99, "-"))
    .add("Agreement", shadow != null && known ? agreementText(shadow) + " with the shadow" : "no shadow decides")
    .add("Context Switches", switches.toString())
    .add("Learning", modeName(mode) + (rate > 0 ? ", rate " + formatReal((rate as f64) / 1e9, 6) : ""));
  if (learnerBytes) learnerLabels(labels, changetype<LearnerRow>(changetype<usize>(learnerBytes)), given.has("--verbose"));
  else labels.add("Learner", NONE);
  if (weightsBytes) weightsLabels(labels, changetype<WeightsRow>(changetype<usize>(weightsBytes)), policies, given.has("--verbose"));
  labels.print();
  return 0;
}

function learnerJson(json: Json, l: LearnerRow): Json {
  json.object().pair("timeNs", l.timeNs).pair("pid", l.pid).string("mode", modeName(l.mode)).pair("decisions", l.decisions).pair("examples", l.examples).pair("steps", l.steps);
  json.pair("published", l.published).pair("lost", l.lost).real("loss", l.loss, 6).real("baseLoss", l.baseLoss, 6).real("gradientNorm", l.gradientNorm, 6).real("rate", l.rate, 9);
  return json.pair("cpuNs", l.cpuNs).endObject();
}

/** When a live task started; the end of time where there is none. */
function startedNs(pid: u32): u64 {
  const rows = new RowReader(Topic.Tasks, TASK_ROW_BYTES, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) if (changetype<TaskRow>(row).pid == pid) return changetype<TaskRow>(row).startedNs;
  return u64.MAX_VALUE;
}

function learnerLabels(labels: Labels, l: LearnerRow, verbose: bool): void {
  labels.add(
    "Learning Steps",
    l.steps.toString() +
      ", from " +
      l.examples.toString() +
      " examples of " +
      l.decisions.toString() +
      " decisions" +
      (l.lost > 0 ? "; " + l.lost.toString() + " were missed" : ""),
  );
  labels.add("Loss", l.examples == 0 ? NONE : formatReal(l.loss, 4) + " nats; the weights that came with it: " + formatReal(l.baseLoss, 4));
  labels.add("Published", l.published.toString());
  const since = startedNs(l.pid);
  const share = since < l.timeNs ? ", " + formatPpm(((l.cpuNs / 1000) * 1000000) / ((l.timeNs - since) / 1000 + 1)) + " of the time since it started" : "";
  labels.add("Learner's CPU", formatSpan(l.cpuNs) + share);
  if (verbose)
    labels
      .add("Gradient Norm", l.steps == 0 ? NONE : formatReal(l.gradientNorm, 6))
      .add("Rate in Use", formatReal(l.rate, 6))
      .add("Learner", "pid " + l.pid.toString() + ", told at " + formatStamp(l.timeNs) + " s");
}

function weightsJson(json: Json, w: WeightsRow, policies: Policy[]): Json {
  json
    .object()
    .string("policy", policyName(policies, w.moduleId))
    .pair("moduleId", w.moduleId)
    .pair("bytes", w.bytes)
    .pair("version", w.version)
    .pair("goodVersion", w.goodVersion);
  json
    .pair("commits", w.commits)
    .pair("refused", w.refused)
    .pair("rollbacks", w.rollbacks)
    .pair("reverts", w.reverts)
    .pair("judged", w.judged)
    .boolean("onTrial", w.onTrial != 0);
  return json.pair("beforeMilli", w.beforeMilli).pair("sinceMilli", w.sinceMilli).pair("committedNs", w.committedNs).endObject();
}

function weightsLabels(labels: Labels, w: WeightsRow, policies: Policy[], verbose: bool): void {
  if (w.bytes == 0) {
    labels.add("Weights", policyName(policies, w.moduleId) + " has none");
    return;
  }
  labels.add("Weights", (w.version == 0 ? "those that came with it" : "version " + w.version.toString()) + ", " + w.commits.toString() + " commits");
  labels.add("Rollbacks", w.rollbacks.toString());
  if (!verbose) return;
  labels.add("Size", formatBytes(w.bytes)).add("Last Good", w.goodVersion == 0 ? "those that came with it" : "version " + w.goodVersion.toString());
  labels.add("Refused", w.refused.toString()).add("Reverts", w.reverts.toString() + " asked for");
  if (w.commits > 0) labels.add("Last Commit", formatStamp(w.committedNs) + " s");
  labels.add("Guard", w.onTrial == 0 ? "watches none" : "weights on trial: " + w.judged.toString() + " requests ended since");
  labels.add("Slowdown Before", doublings(w.beforeMilli)).add("Slowdown Since", w.judged == 0 ? NONE : doublings(w.sinceMilli));
}

/** A mean logarithm, base 2, in thousandths. */
function doublings(milli: u32): string {
  return "2^" + decimal(milli, 3);
}

function weights(given: Arguments): i32 {
  const policies = schedPolicies();
  const row = queryOne(Topic.Weights, 0, WEIGHTS_ROW_BYTES);
  if (row == 0) return failNoScheduler(given);
  if (given.json) {
    weightsJson(new Json(), changetype<WeightsRow>(row), policies).end();
    return 0;
  }
  const labels = new Labels().add("Policy", policyName(policies, changetype<WeightsRow>(row).moduleId));
  weightsLabels(labels, changetype<WeightsRow>(row), policies, true);
  labels.print();
  return 0;
}
