// schedctl shadow: a second policy that is asked the same and decides nothing; how often it agrees, and what it would have gained.
import { SHADOW_ROW_BYTES, ShadowRow } from "../../abi/layouts";
import { Control, Topic } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { Arguments } from "../arguments";
import { Json } from "../json";
import { failModule, failNoScheduler, failUnknownPolicy, findPolicy, mean, policyName, schedPolicies, schedRow } from "../policies";
import { done, fail, failStatus, Labels, statusText } from "../report";
import { controlText, queryOne } from "../rows";
import { action, Command, Effect, operand, Type } from "../table";
import { formatPpm, formatSpan } from "../units";

/** Adds it to schedctl. */
export function withShadow(schedctl: Command): void {
  schedctl.with(
    action("shadow", Effect.Observe, "a second policy that decides in the shadow; alone: compare", compare)
      .with(action("on", Effect.Adjust, "let a policy decide in the shadow, beside the one that decides", on).takes(operand("NAME", Type.Policy, "a policy")))
      .with(action("off", Effect.Adjust, "no shadow", off))
      .with(action("compare", Effect.Observe, "how often both chose the same, and what the shadow's choices would have gained", compare)),
  );
}

function on(given: Arguments): i32 {
  const name = given.text("NAME");
  const policies = schedPolicies();
  const wanted = findPolicy(policies, name);
  if (!wanted) return failUnknownPolicy(given, policies, name);
  if (wanted.id == 0) return fail(given, name + ": the kernel's own round robin cannot decide in the shadow");
  const row = schedRow();
  if (row && row.moduleId == wanted.id) return fail(given, wanted.name + ": decides already; the shadow is another policy");
  const result = controlText(Control.SchedShadow, wanted.name);
  return result < 0 ? failModule(given, wanted.name, result) : done(given, "");
}

function off(given: Arguments): i32 {
  const result = sys.control(Control.SchedShadow, 0, 0, 0, 0);
  return result < 0 ? failStatus(given, "", result) : done(given, "");
}

/** The shadow's row; null where the kernel tells none. In a buffer that the next read of one row overwrites. */
export function shadowRow(): ShadowRow | null {
  const row = queryOne(Topic.Shadow, 0, SHADOW_ROW_BYTES);
  return row == 0 ? null : changetype<ShadowRow>(row);
}

/** "0.932 of 1520 decisions", or "none yet". */
export function agreementText(row: ShadowRow): string {
  return row.decisions == 0 ? "none yet" : formatPpm((row.agreed * 1000000) / row.decisions) + " of " + row.decisions.toString() + " decisions";
}

function compare(given: Arguments): i32 {
  const policies = schedPolicies();
  const sched = schedRow();
  if (!sched) return failNoScheduler(given);
  const decider = policyName(policies, sched.moduleId);
  const row = shadowRow();
  if (!row) return failNoScheduler(given);
  if (given.json) {
    const json = new Json()
      .object()
      .boolean("on", row.moduleId != 0)
      .string("policy", decider)
      .string("shadow", row.moduleId == 0 ? "" : policyName(policies, row.moduleId));
    json.signed("lastError", row.lastError).pair("decisions", row.decisions).pair("agreed", row.agreed).pair("pairs", row.pairs).signed("gainNs", row.gainNs);
    json.pair("shadowShorter", row.shadowShorter).pair("nsTotal", row.nsTotal).endObject().end();
    return 0;
  }
  if (row.moduleId == 0 && row.decisions == 0) {
    const why = row.lastError < 0 ? "none: it was taken off: " + statusText(row.lastError) : "none; schedctl shadow on NAME starts one";
    new Labels().add("Shadow", why).print();
    return 0;
  }
  const differ = row.decisions - row.agreed;
  const gain = row.gainNs;
  const each = row.pairs == 0 ? 0 : mean((gain < 0 ? -gain : gain) as u64, row.pairs);
  new Labels()
    .add("Policy", decider)
    .add("Shadow", row.moduleId != 0 ? policyName(policies, row.moduleId) : "off" + (row.lastError < 0 ? ": it was taken off: " + statusText(row.lastError) : ""))
    .add("Agreement", agreementText(row))
    .add("Differed", differ.toString() + ", of " + row.pairs.toString() + " it is known how long both requests took")
    .add("Shadow Shorter", row.pairs == 0 ? "none yet" : formatPpm((row.shadowShorter * 1000000) / row.pairs) + " of those")
    .add("Predicted Gain", row.pairs == 0 ? "none yet" : (gain < 0 ? "-" : "") + formatSpan(each) + " a choice: what the shadow's task had less to run")
    .add("Shadow's Time", row.decisions == 0 ? "none yet" : formatSpan(mean(row.nsTotal, row.decisions)) + " a decision")
    .print();
  return 0;
}
