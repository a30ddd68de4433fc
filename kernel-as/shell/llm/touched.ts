// Which processes a command would touch, and whether it may: one that is protected, or that started one that is, is never touched, whoever approves.
// A pid is remembered with the time its process started: a later process of the same pid is another one.
import { PROCESS_ROW_BYTES, PROCESS_ROW_COMMAND, ProcessRow } from "../../abi/layouts";
import { ProcessState, Topic } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { Arguments } from "../arguments";
import { RowReader, textAt } from "../rows";
import { Effect, Type } from "../table";
import { parseInteger } from "../units";

/** A process as it was when a command named it. */
export class Target {
  constructor(
    public pid: u32,
    public startedNs: u64,
    public name: string,
  ) {}
}

class Live {
  constructor(
    public pid: u32,
    public parent: u32,
    public startedNs: u64,
    public guarded: bool,
    public name: string,
  ) {}
}

function live(): Live[] {
  const found: Live[] = [];
  const rows = new RowReader(Topic.Processes, PROCESS_ROW_BYTES, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) {
    const p = changetype<ProcessRow>(row);
    if (p.state == ProcessState.Free || p.state == ProcessState.Zombie || p.state == ProcessState.Ending) continue;
    found.push(new Live(p.pid, p.parent, p.startedNs, (p.flags & 1) != 0, textAt(row + PROCESS_ROW_COMMAND, 64)));
  }
  return found;
}

/** Why the last targetsOf gave none; "" it did. */
export let targetFault: string = "";

/** The processes that a command names; targetFault says why one may not be touched. */
export function targetsOf(given: Arguments, effect: Effect): Target[] {
  targetFault = "";
  const targets: Target[] = [];
  const operands = given.command.operands;
  for (let i = 0; i < operands.length; i++) {
    if (operands[i].type != Type.Process || !given.has(operands[i].name)) continue;
    const words = operands[i].rest ? given.rest : [given.text(operands[i].name)];
    for (let k = 0; k < words.length; k++) addTarget(targets, words[k], effect);
  }
  return targets;
}

function addTarget(targets: Target[], word: string, effect: Effect): void {
  if (targetFault != "") return;
  const pid = parseInteger(word);
  const all = live();
  const index = indexOf(all, pid);
  if (index < 0) {
    targetFault = word + ": no such process";
    return;
  }
  targets.push(new Target(all[index].pid, all[index].startedNs, all[index].name));
  if (effect == Effect.Observe) return;
  // who is ended takes all it started along
  const tree: u32[] = [all[index].pid];
  for (let t = 0; t < tree.length && targetFault == ""; t++) {
    for (let i = 0; i < all.length; i++) {
      if (all[i].pid == sys.pid() && all[i].pid == tree[t]) targetFault = word + " is this shell, or started it";
      if (all[i].pid == tree[t] && all[i].guarded) targetFault = (t == 0 ? word : word + " started " + all[i].pid.toString() + ", which") + " is protected";
      if (all[i].parent == tree[t] && effect == Effect.Destroy && !tree.includes(all[i].pid)) tree.push(all[i].pid);
    }
  }
}

function indexOf(all: Live[], pid: i64): i32 {
  for (let i = 0; i < all.length; i++) if (<i64>all[i].pid == pid) return i;
  return -1;
}

/** "" where all of them are the same processes still, and may be touched; else why not. */
export function stillSame(targets: Target[], given: Arguments, effect: Effect): string {
  const now = targetsOf(given, effect);
  if (targetFault != "") return targetFault;
  if (now.length != targets.length) return "its processes are others now";
  for (let i = 0; i < now.length; i++) {
    if (now[i].pid != targets[i].pid || now[i].startedNs != targets[i].startedNs) return targets[i].pid.toString() + " is another process now";
  }
  return "";
}

/** Whether a process is there and has not ended. */
export function isLive(target: Target): bool {
  const all = live();
  const index = indexOf(all, target.pid);
  return index >= 0 && all[index].startedNs == target.startedNs;
}
