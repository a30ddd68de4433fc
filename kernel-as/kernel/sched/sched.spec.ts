// Specs of the scheduler's core: what holds whatever the policy answers.
import {
  CANDIDATE_ROW_BYTES,
  CandidateRow,
  DECISION_ROW_BYTES,
  DecisionRow,
  SCHED_INPUT_BYTES,
  SCHED_TASK_BYTES,
  SchedDecision,
  SchedInput,
  SchedRow,
  SchedTask,
  SHADOW_ROW_BYTES,
  ShadowRow,
  TASK_ROW_BYTES,
  TaskRow,
} from "../../abi/layouts";
import { Ended, Event, QUANTUM_MOST_NS, SCHED_ROWS, SCHED_TASKS, SchedFlag, Status, TaskState } from "../../abi/numbers";
import { Arena } from "../../lib/arena";
import { Rng } from "../../lib/rng";
import { room, spec } from "../../spec/harness";
import { RESCUE_NS, STARVE_NS } from "../limits";
import * as core from "./index";

const MS: u64 = 1_000_000;
const SECOND: u64 = 1_000_000_000;
const rng = changetype<Rng>(memory.data(32, 8));

// ---- a machine: tasks that compute, under a virtual clock

let now: u64 = 0;
let rescues: u64 = 0;
let ejections: i32 = 0;
let ejectStatus: i32 = 0;
let requests: u32 = 0;
let lastEvent: u32 = 0;
let rowAt: usize = 0;

function begin(slots: u32): void {
  const bytes = core.schedulerBytes(slots);
  const arena = changetype<Arena>(room(offsetof<Arena>()));
  arena.init(room(bytes), bytes);
  assert(core.initScheduler(arena, slots) == Status.Ok, "the memory suffices");
  core.setOnEvent((event: u32, _pid: u32, _a: u64, _b: u64): void => {
    lastEvent = event;
    if (event == Event.Rescue) rescues++;
    if (event == Event.RequestEnd) requests++;
  });
  core.setOnEject((status: i32, _why: string): void => {
    ejections++;
    ejectStatus = status;
  });
  core.setClock((): u64 => now);
  now = 1000;
  rescues = 0;
  ejections = 0;
  requests = 0;
  rowAt = room(512);
}

function arrive(slot: u32): void {
  core.taskArrive(slot, slot + 100, 1, 7 + (slot & 3), 0, now);
}

/** Let the task that has the processor compute for a while; the clock moves on. */
function compute(slot: i32, ns: u64): void {
  now += ns;
  core.chargeUser(slot, ns);
}

/** Run who is chosen to the end of the turn, `most` at most. Who it was. */
function turnOf(most: u64): i32 {
  const slot = core.choose(now);
  if (slot == core.NO_SLOT) return slot;
  const end = core.turnEnd();
  compute(slot, end == core.FOREVER || end - now > most ? most : end - now);
  return slot;
}

function row(): SchedRow {
  core.fillSchedRow(rowAt);
  return changetype<SchedRow>(rowAt);
}

// ---- policies

let told: usize = 0;
let wanted: u32 = 0;
let quantum: u64 = 0;
let asked: u32 = 0;
let rowsTold: u32 = 0;
let snapshots: u32 = 0;

/** Keeps its own table and always names `wanted`. */
function stubborn(input: usize, inputBytes: u32, output: usize, _outputBytes: u32): i32 {
  const head = changetype<SchedInput>(input);
  assert(inputBytes == SCHED_INPUT_BYTES + head.rows * SCHED_TASK_BYTES && head.rows <= SCHED_ROWS, "the input's size is its rows'");
  if ((head.flags & SchedFlag.Snapshot) != 0) {
    snapshots++;
    memory.fill(told, 0, SCHED_TASKS * 4);
  }
  for (let i: u32 = 0; i < head.rows; i++) {
    const task = changetype<SchedTask>(input + SCHED_INPUT_BYTES + i * SCHED_TASK_BYTES);
    store<u32>(told + (task.slot << 2), task.state);
    rowsTold++;
  }
  if ((head.flags & SchedFlag.More) != 0) return 0;
  asked++;
  const decision = changetype<SchedDecision>(output);
  decision.slot = wanted;
  decision.quantumNs = quantum;
  decision.score = 1.0;
  return 0;
}

/** Names the first task that it believes to be ready, from a place that moves: any order is as good as another. */
function anyReady(input: usize, inputBytes: u32, output: usize, outputBytes: u32): i32 {
  const head = changetype<SchedInput>(input);
  stubborn(input, inputBytes, output, outputBytes);
  if ((head.flags & SchedFlag.More) != 0) return 0;
  const start = rng.below(SCHED_TASKS);
  for (let i: u32 = 0; i < SCHED_TASKS; i++) {
    const slot = (start + i) % SCHED_TASKS;
    const state = load<u32>(told + (slot << 2));
    if (state == TaskState.Ready || state == TaskState.Running || slot == head.running) {
      changetype<SchedDecision>(output).slot = slot;
      break;
    }
  }
  return 0;
}

function fails(_input: usize, _inputBytes: u32, _output: usize, _outputBytes: u32): i32 {
  return Status.OutOfFuel;
}

function use(): void {
  told = room(SCHED_TASKS * 4);
  wanted = 0;
  quantum = QUANTUM_MOST_NS;
  asked = 0;
  rowsTold = 0;
  snapshots = 0;
}

export function schedSpecs(): void {
  spec("kernel/sched/round-robin-takes-turns", () => {
    begin(8);
    for (let slot: u32 = 0; slot < 3; slot++) arrive(slot);
    for (let i = 0; i < 12; i++) assert(turnOf(SECOND) == i % 3, "the oldest first");
    assert(now == 1000 + 12 * 10 * MS, "10 ms each");
    core.taskYield(core.currentTask(), now);
    assert(core.choose(now) == 0, "after a yield the next");
    core.taskBlock(0, now, true, false);
    core.taskBlock(1, now, true, false);
    assert(core.choose(now) == 2 && core.turnEnd() == core.FOREVER, "one alone has no end");
    core.taskBlock(2, now, true, false);
    assert(core.choose(now) == core.NO_SLOT && core.readyCount() == 0, "none is ready");
    core.taskWake(1, now);
    assert(core.choose(now) == 1, "who wakes runs");
  });

  spec("kernel/sched/nobody-starves", () => {
    begin(64);
    use();
    quantum = QUANTUM_MOST_NS;
    core.setAsk(stubborn);
    const tasks: u32 = 40;
    for (let slot: u32 = 0; slot < tasks; slot++) arrive(slot);
    const bound = STARVE_NS + 2 * RESCUE_NS * tasks;
    const ran = room(tasks * 8);
    for (let slot: u32 = 0; slot < tasks; slot++) store<u64>(ran + (slot << 3), now);
    let longest: u64 = 0;
    let consecutive = 0;
    while (now < 60 * SECOND) {
      const before = rescues;
      const slot = core.choose(now);
      consecutive = rescues > before ? consecutive + 1 : 0;
      assert(consecutive < 2, "at most every second turn is a rescue");
      const waited = now - load<u64>(ran + (slot << 3));
      longest = max<u64>(longest, waited);
      assert(waited <= bound, "the wait is bounded");
      // Something wakes all the time, so that the policy is asked in the middle of turns.
      core.taskNice(39, 0);
      compute(slot, min<u64>(core.turnEnd() - now, 3 * MS));
      store<u64>(ran + (slot << 3), now);
    }
    for (let slot: u32 = 0; slot < tasks; slot++) assert(now - load<u64>(ran + (slot << 3)) <= bound, "nobody waits still");
    assert(longest > STARVE_NS && row().rescues == rescues && rescues > 400 && ejections == 0, "it was the guard that helped");
    const share = core.taskRow(0).attainedNs;
    assert(share * 2 > now, "the policy's choice had half of the time at least");
  });

  spec("kernel/sched/work-is-conserved-and-none-is-lost", () => {
    begin(SCHED_TASKS);
    use();
    quantum = 5 * MS;
    rng.seed(5);
    core.setAsk(anyReady);
    const live = room(SCHED_TASKS * 4);
    let ready: u32 = 0;
    for (let step = 0; step < 30_000; step++) {
      const slot = rng.below(SCHED_TASKS);
      const at = live + (slot << 2);
      const action = rng.below(8);
      if (load<u32>(at) == 0 && action < 4) {
        arrive(slot);
        store<u32>(at, 1);
        ready++;
      } else if (load<u32>(at) == 2 && action < 5) {
        core.taskWake(slot, now);
        store<u32>(at, 1);
        ready++;
      } else if (load<u32>(at) == 1 && action < 2) {
        core.taskBlock(slot, now, action == 0, action == 1);
        store<u32>(at, 2);
        ready--;
      } else if (load<u32>(at) != 0 && action == 5) {
        core.taskEnd(slot, now);
        if (load<u32>(at) == 1) ready--;
        store<u32>(at, 0);
      } else if (action == 6 && core.currentTask() >= 0) core.taskYield(core.currentTask(), now);
      if (step % 1000 == 999) core.policyChanged();
      assert(core.readyCount() == ready, "each ready task is counted once");
      const chosen = core.choose(now);
      assert((chosen == core.NO_SLOT) == (ready == 0), "the processor idles only where none is ready");
      if (chosen != core.NO_SLOT) {
        assert(load<u32>(live + (chosen << 2)) == 1, "who runs is ready");
        compute(chosen, rng.below(4_000_000));
      } else now += MS;
    }
    assert(ejections == 0 && snapshots > 25, "the policy always knew who is ready, after a swap too");
    // Everybody that is left gets the processor and ends.
    let ended: u32 = 0;
    while (core.choose(now) != core.NO_SLOT) {
      const slot = core.currentTask();
      assert(load<u32>(live + (slot << 2)) == 1, "it was not lost");
      core.taskEnd(slot, now);
      store<u32>(live + (slot << 2), 0);
      ended++;
    }
    assert(ended == ready, "as many end as were ready");
  });

  spec("kernel/sched/bad-answers-fall-back", () => {
    for (let bad = 0; bad < 8; bad++) {
      begin(8);
      use();
      core.setAsk(bad == 7 ? fails : stubborn);
      for (let slot: u32 = 0; slot < 4; slot++) arrive(slot);
      wanted = 3;
      quantum = MS;
      if (bad < 7) {
        assert(core.choose(now) == 3 && ejections == 0 && row().moduleId == 1, "a good answer");
        compute(3, MS);
      }
      if (bad == 0) core.taskBlock(3, now, true, false);
      else if (bad == 1) core.taskEnd(3, now);
      else if (bad == 2) wanted = 7;
      else if (bad == 3) wanted = 0xffffffff;
      else if (bad == 4) quantum = 0;
      else if (bad == 5) quantum = 365 * 86_400 * SECOND;
      else if (bad == 6) quantum = 99_999;
      const slot = core.choose(now);
      assert(slot == 0 && core.turnEnd() == now + 10 * MS, "the oldest runs, in round robin");
      assert(ejections == 1 && ejectStatus == (bad == 7 ? Status.OutOfFuel : Status.BadAnswer), "and it is reported");
      assert(row().ejections == 1 && row().moduleId == 0, "and counted");
      const before = asked;
      for (let i = 0; i < 20; i++) turnOf(SECOND);
      assert(asked == before && ejections == 1, "it is not asked again");
      core.policyChanged(2);
      wanted = 2;
      quantum = MS;
      if (bad != 7) {
        turnOf(SECOND);
        assert(row().moduleId == 2 && core.currentTask() == 2, "until another takes over");
      }
    }
  });

  spec("kernel/sched/numbers-that-are-none", () => {
    begin(4);
    core.setAsk((_input: usize, _inputBytes: u32, output: usize, _outputBytes: u32): i32 => {
      const decision = changetype<SchedDecision>(output);
      decision.slot = 1;
      decision.quantumNs = MS;
      decision.score = wanted == 0 ? NaN : wanted == 1 ? Infinity : 1.0;
      if (wanted == 2) {
        decision.candidates = 1;
        store<u32>(output, 1, 24);
        store<f64>(output, NaN, 88);
      }
      if (wanted == 3) decision.candidates = 17;
      return 0;
    });
    core.setExplainEvery(1);
    arrive(0);
    arrive(1);
    for (wanted = 0; wanted < 4; wanted++) {
      core.policyChanged();
      turnOf(SECOND);
      assert(ejections == <i32>wanted + 1, "refused");
    }
  });

  spec("kernel/sched/a-thousand-and-more-than-fit", () => {
    begin(SCHED_TASKS);
    use();
    quantum = MS;
    core.setAsk(stubborn);
    for (let slot: u32 = 0; slot < 1000; slot++) arrive(slot);
    wanted = 999;
    assert(core.choose(now) == 999 && asked == 1 && rowsTold == 1000 && snapshots == 1, "all of them are told, in several calls, one decision");
    compute(999, MS);
    rowsTold = 0;
    assert(core.choose(now) == 999 && rowsTold == 1, "then only what changed");
    for (let slot: u32 = 0; slot < 300; slot++) core.taskNice(slot, -5);
    rowsTold = 0;
    core.choose(now);
    assert(rowsTold == 301 && snapshots == 1, "changes in several calls, the running one once");
    core.policyChanged();
    rowsTold = 0;
    compute(999, MS);
    core.choose(now);
    assert(rowsTold == 1000 && snapshots == 2, "after a swap all again");
    for (let i: u32 = 0; i < 1000; i++) assert(load<u32>(told + (i << 2)) != TaskState.Absent, "each is known");
  });

  spec("kernel/sched/hot-swap-among-a-thousand", () => {
    begin(SCHED_TASKS);
    use();
    rng.seed(11);
    const tasks: u32 = 1000;
    const left = room(tasks * 8);
    const since = room(tasks * 8);
    for (let slot: u32 = 0; slot < tasks; slot++) {
      arrive(slot);
      store<u64>(left + (slot << 3), (20 + rng.below(60)) * MS);
      store<u64>(since + (slot << 3), now);
    }
    const bound = STARVE_NS + 2 * RESCUE_NS * (tasks + 1);
    let alive = tasks;
    let turns = 0;
    while (alive > 0) {
      // Any order, one favourite, round robin; each swap in the middle of a turn.
      if (turns % 37 === 0) {
        quantum = (1 + rng.below(30)) * MS;
        wanted = rng.below(tasks);
        while (load<u64>(left + (wanted << 3)) === 0) wanted = (wanted + 1) % tasks;
        const kind = (turns / 37) % 3;
        if (kind === 0) core.setAsk(anyReady);
        else if (kind === 1) core.setAsk(stubborn);
        else core.setAsk(null);
      }
      turns++;
      const slot = core.choose(now);
      assert(slot !== core.NO_SLOT && core.readyCount() === alive, "nobody is lost");
      const at = left + (slot << 3);
      assert(load<u64>(at) > 0 && now - load<u64>(since + (slot << 3)) <= bound, "who runs is one of them, and did not wait for longer than the bound");
      const end = core.turnEnd();
      const ns = min<u64>(load<u64>(at), min<u64>(end - now, 1 + rng.below(12_000_000)));
      compute(slot, ns);
      store<u64>(at, load<u64>(at) - ns);
      store<u64>(since + (slot << 3), now);
      if (load<u64>(at) > 0) continue;
      core.taskEnd(slot, now);
      alive--;
      if (slot === <i32>wanted) wanted = (wanted + 1) % tasks;
      while (alive > 0 && load<u64>(left + (wanted << 3)) === 0) wanted = (wanted + 1) % tasks;
    }
    assert(ejections === 0 && requests === tasks && snapshots > 20 && core.choose(now) === core.NO_SLOT, "each had what it asked for");
  });

  spec("kernel/sched/slots-are-reused", () => {
    begin(4);
    use();
    quantum = MS;
    core.setAsk(stubborn);
    arrive(0);
    arrive(1);
    core.choose(now);
    core.taskEnd(1, now);
    core.taskArrive(1, 500, 1, 9, 3, now);
    compute(0, MS);
    wanted = 1;
    assert(core.choose(now) == 1 && load<u32>(told + 4) == TaskState.Ready, "the new one is told");
    const task = core.taskRow(1);
    assert(task.pid == 500 && task.nice == 3 && task.requests == 0 && task.attainedNs == 0, "and has nothing of the old");
    core.taskEnd(1, now);
    core.taskArrive(1, 501, 1, 9, 0, now);
    core.taskEnd(1, now);
    arrive(2);
    wanted = 0;
    core.choose(now);
    assert(load<u32>(told + 4) == TaskState.Absent && load<u32>(told) != TaskState.Absent, "who came and went is not there");
  });

  spec("kernel/sched/wake-up-preempts-where-the-policy-wants", () => {
    begin(4);
    use();
    core.setAsk(stubborn);
    arrive(0);
    arrive(1);
    quantum = 100 * MS;
    core.choose(now);
    core.taskBlock(1, now, true, false);
    compute(0, 20 * MS);
    assert(core.choose(now) == 0 && asked == 1, "nothing became ready: it is not asked");
    core.taskWake(1, now);
    wanted = 1;
    assert(core.choose(now) == 1 && asked == 2, "who woke takes over");
    assert(row().preemptions == 1 && row().involuntary == 1 && row().voluntary == 0, "counted");
    compute(1, MS);
    core.taskBlock(1, now, true, false);
    core.choose(now);
    core.taskWake(1, now);
    wanted = 0;
    assert(core.choose(now) == 0 && row().preemptions == 1 && core.turnEnd() == now + 100 * MS, "or the running one goes on");
  });

  spec("kernel/sched/accounts-add-up", () => {
    begin(16);
    rng.seed(9);
    for (let slot: u32 = 0; slot < 12; slot++) arrive(slot);
    const started = now;
    let idle: u64 = 0;
    let own: u64 = 0;
    for (let i = 0; i < 5000; i++) {
      const slot = core.choose(now);
      if (slot == core.NO_SLOT) {
        now += MS;
        idle += MS;
      } else {
        compute(slot, rng.below(12_000_000));
        const forItself = rng.below(3000);
        own += forItself;
        now += forItself; // the kernel works for itself: the task waits
        const kernel = rng.below(5000);
        now += kernel;
        core.chargeSystem(slot, kernel);
        if (rng.below(3) == 0) core.taskBlock(slot, now, rng.below(2) == 0, true);
        else if (rng.below(5) == 0) core.taskYield(slot, now);
      }
      const other = rng.below(12);
      if (core.taskRow(other).state == TaskState.Blocked) core.taskWake(other, now);
    }
    let used: u64 = 0;
    let voluntary: u64 = 0;
    let involuntary: u64 = 0;
    const at = room(TASK_ROW_BYTES);
    const task = changetype<TaskRow>(at);
    for (let slot: u32 = 0; slot < 12; slot++) {
      assert(core.fillTaskRow(slot, now, at) == 1, "it lives");
      assert(task.userNs + task.systemNs + task.readyNs + task.blockedNs == now - started, "each task's time is all accounted for, the kernel's own too");
      used += task.userNs + task.systemNs;
      voluntary += task.voluntary;
      involuntary += task.involuntary;
    }
    assert(used + idle + own == now - started, "and the processor's");
    assert(row().voluntary == voluntary && row().involuntary == involuntary && row().requests == requests, "the sums are the tasks'");
    assert(row().serviceNs <= used && row().responseNs >= row().serviceNs, "requests");
    assert(core.fillTaskRow(13, now, at) == 0, "an empty slot has no row");
  });

  spec("kernel/sched/features", () => {
    begin(4);
    core.taskArrive(0, 10, 1, 77, 25, now);
    assert(core.taskRow(0).nice == 19, "nice has ends");
    // Ten bursts of 2 ms, each followed by 6 ms of a timed wait; then the request ends.
    for (let i = 0; i < 10; i++) {
      core.choose(now);
      compute(0, 2 * MS);
      core.taskBlock(0, now, i == 9, i != 9);
      now += 6 * MS;
      if (i != 9) core.taskWake(0, now);
    }
    const task = core.taskRow(0);
    assert(task.burstMeanUs == 2000 && task.burstDeviationUs == 0 && task.bursts == 10, "bursts");
    assert(task.blockedPpm == 750_000, "three quarters of its time");
    assert(task.attainedNs == 20 * MS && task.requests == 1 && task.requestMeanUs == 20_000, "the request that ended");
    assert(task.imageRequests == 1 && task.imageMeanUs == 20_000 && task.imageBurstUs == 2000, "its image");
    // 20 ms: 250 us × 2^6 = 16 ms ≤ 20 ms < 32 ms, so bin 7.
    assert(load<u32>(changetype<usize>(task) + 124 + 7 * 4) == 1_000_000, "the bin");
    core.taskWake(0, now);
    assert(core.taskRow(0).attainedNs == 0 && core.taskRow(0).bursts == 0 && core.taskRow(0).requestSinceNs == now, "the next request begins");
    core.taskArrive(1, 11, 1, 77, 0, now);
    assert(core.taskRow(1).imageMeanUs == 20_000 && core.taskRow(1).requests == 0, "another task of the same image knows it");
    core.choose(now);
    compute(core.currentTask(), 500_000);
    core.taskEnd(1, now);
    core.taskEnd(0, now);
    let sum: u32 = 0;
    for (let bin = 0; bin < 16; bin++) sum += load<u32>(changetype<usize>(core.taskRow(0)) + 124 + bin * 4);
    assert(sum == 1_000_000, "shares sum to one");
    // A deadline: it sleeps, and runs 15 ms after it woke.
    arrive(2);
    core.choose(now);
    core.taskBlock(2, now, false, true);
    core.taskWake(2, now);
    now += 15 * MS;
    core.choose(now);
    assert(core.taskRow(2).deadlineMisses == 1, "missed");
    now += SECOND;
    core.choose(now);
    core.taskMemory(2, 33, 400);
    assert(core.taskRow(2).footprintPages == 33 && core.taskRow(2).faultsPerSecond > 90 && core.taskRow(2).faultsPerSecond < 101, "a quarter of 394 a second");
    core.taskMemory(2, 11, 400);
    core.taskImage(2, 77);
    core.taskEnd(2, now);
    core.taskArrive(3, 9, 1, 77, 0, now);
    assert(core.taskRow(3).footprintPages == 33, "until it runs a task is taken for what its program held at the most");
    core.taskEnd(3, now);
    arrive(2);
    core.taskHint(2, 5);
    core.taskImage(2, 77);
    assert(core.taskRow(2).hintNs == 5 && core.taskRow(2).imageRequests == 5, "hint and image");
    core.resetScheduler();
    assert(core.taskRow(2).imageRequests == 0, "histories are forgotten");
  });

  spec("kernel/sched/images-the-least-recently-used-goes", () => {
    begin(4);
    for (let image: u64 = 1; image <= 300; image++) {
      core.taskArrive(0, <u32>image, 1, image, 0, now);
      core.choose(now);
      compute(0, MS);
      core.taskEnd(0, now);
      // Image 1 is used again and again.
      core.taskArrive(1, 1000, 1, 1, 0, now);
      core.choose(now);
      compute(1, MS);
      core.taskEnd(1, now);
    }
    core.taskArrive(0, 1, 1, 1, 0, now);
    core.taskArrive(1, 2, 1, 2, 0, now);
    core.taskArrive(2, 3, 1, 300, 0, now);
    assert(core.taskRow(0).imageRequests > 63 && core.taskRow(0).imageMeanUs == 1000, "the one in use stays");
    assert(core.taskRow(2).imageRequests == 1 && core.taskRow(1).imageRequests == 0, "the newest stays, the oldest went");
    let images = 0;
    for (let from = core.fillImage(0, rowAt); from >= 0; from = core.fillImage(from + 1, rowAt)) images++;
    assert(images == 255, "all but the one that just began are shown");
  });

  spec("kernel/sched/records-tell-what-happened", () => {
    begin(8);
    use();
    core.setExplainEvery(2);
    core.setAsk(stubborn);
    for (let slot: u32 = 0; slot < 4; slot++) arrive(slot);
    quantum = 4 * MS;
    const decision = changetype<DecisionRow>(room(DECISION_ROW_BYTES));
    const candidate = changetype<CandidateRow>(room(CANDIDATE_ROW_BYTES));
    assert(core.fillDecision(0, changetype<usize>(decision)) == 0, "none yet");
    core.choose(now);
    compute(0, 4 * MS);
    wanted = 2;
    core.choose(now);
    assert(core.fillDecision(0, changetype<usize>(decision)) == 1 && decision.sequence == 0 && decision.pid == 100, "the first");
    assert(decision.ended == Ended.Quantum && decision.ranNs == 4 * MS && decision.ready == 4 && decision.candidates == 4 && decision.moduleId == 1, "its turn ran out");
    for (let i: u32 = 0; i < 4; i++)
      assert(core.fillCandidate(0, i, changetype<usize>(candidate)) == 1 && candidate.slot == i && candidate.state == TaskState.Ready, "in the queue's order");
    assert(core.fillCandidate(0, 4, changetype<usize>(candidate)) == 0 && core.fillCandidate(1, 0, changetype<usize>(candidate)) == 0, "no more");
    assert(core.fillDecision(1, changetype<usize>(decision)) == 0, "every second one is recorded");
    compute(2, 4 * MS);
    core.choose(now);
    compute(2, MS);
    // A wake-up in the middle: the decision keeps the running task, and both records end with its turn.
    core.taskNice(3, 1);
    core.choose(now);
    core.taskNice(3, 0);
    core.choose(now);
    compute(2, MS);
    core.taskBlock(2, now, true, false);
    wanted = 1;
    core.choose(now);
    assert(core.fillDecision(2, changetype<usize>(decision)) == 1 && decision.ended == Ended.Blocked && decision.ranNs == 2 * MS, "blocked after 2 ms");
    assert(core.fillDecision(3, changetype<usize>(decision)) == 1 && decision.sequence == 4 && decision.ended == Ended.Blocked && decision.ranNs == MS, "the one in its middle");
    for (let i = 0; i < 200; i++) turnOf(SECOND);
    assert(core.fillDecision(0, changetype<usize>(decision)) == 1 && decision.sequence > 100, "the newest are kept");
    core.resetScheduler();
    assert(core.fillDecision(0, changetype<usize>(decision)) == 0, "and can be forgotten");
  });

  spec("kernel/sched/the-shadow-in-hindsight", () => {
    begin(8);
    use();
    core.setAsk(stubborn);
    core.setShadowAsk((input: usize, _inputBytes: u32, output: usize, _outputBytes: u32): i32 => {
      if ((changetype<SchedInput>(input).flags & SchedFlag.More) != 0) return 0;
      const decision = changetype<SchedDecision>(output);
      decision.slot = wanted == 9 ? 6 : 1;
      decision.quantumNs = MS;
      return 0;
    }, 5);
    arrive(0);
    arrive(1);
    quantum = 100 * MS;
    const shadow = changetype<ShadowRow>(room(SHADOW_ROW_BYTES));
    const at = changetype<usize>(shadow);
    core.choose(now);
    compute(0, 30 * MS);
    core.fillShadow(at);
    assert(shadow.moduleId == 5 && shadow.decisions == 1 && shadow.agreed == 0 && shadow.pairs == 0, "they differ, nothing is known yet");
    core.taskEnd(0, now);
    core.choose(now);
    compute(1, 10 * MS);
    core.taskBlock(1, now, true, false);
    core.fillShadow(at);
    assert(shadow.pairs == 1 && shadow.gainNs == <i64>(20 * MS) && shadow.shadowShorter == 1, "the shadow's choice had 20 ms less to run");
    core.taskWake(1, now);
    arrive(0);
    wanted = 1;
    core.choose(now);
    core.fillShadow(at);
    assert(shadow.decisions == 2 && shadow.agreed == 1, "agreed");
    wanted = 9;
    core.taskYield(1, now);
    core.choose(now);
    core.fillShadow(at);
    assert(shadow.moduleId == 0 && shadow.lastError == Status.BadAnswer && lastEvent != 0, "a shadow that answers nonsense is taken off");
    assert(shadow.decisions == 2 && core.readyCount() == 2, "and nothing else happens");
    core.setShadowAsk(fails, 6);
    wanted = 0;
    core.policyChanged();
    core.taskYield(core.currentTask(), now);
    core.choose(now);
    core.fillShadow(at);
    assert(shadow.lastError == Status.OutOfFuel && shadow.moduleId == 0 && shadow.decisions == 0, "a failing one too");
  });
}
