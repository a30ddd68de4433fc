// Requests to change how a process is treated: its priority, its protection, its memory; and to start one.
import type { Process } from "../world/types.js";
import { anyPid, bareName, namedProcess } from "./pick.js";
import type { Asked, Intent } from "./types.js";
import { nice, PROGRAMS, size } from "./values.js";

const asked = (slots: Record<string, string>, ...accepted: string[]): Asked => ({ slots, cause: "asked", accepted });

/** Priorities that do what "higher" or "lower" asks for, the usual one first. */
export const raised = (p: Process): string[] => ["-5", "-10", "-15", "-20"].filter((n) => Number(n) < p.nice).map((n) => `renice ${n} ${p.pid}`);
export const lowered = (p: Process): string[] => ["10", "5", "15", "19"].filter((n) => Number(n) > p.nice).map((n) => `renice ${n} ${p.pid}`);

export const ADJUST_PROCESS: readonly Intent[] = [
  {
    name: "renice-pid",
    area: "adjust",
    weight: 3,
    train: `give [pid|process|task|program|] {pid} [nice|a nice value of|the nice value|niceness|a niceness of|priority|nice value] {nice}
@set [the|] [nice value|nice|niceness|priority] of [pid|process|task|program|] {pid} to {nice}
renice [pid|process|task|] {pid} to {nice}
renice {nice} {pid}
@set [pid|process|task|] {pid} [to|at] nice {nice}
[nice|priority|niceness] {nice} for [pid|process|task|] {pid}
let [pid|process|task|] {pid} [run at|have|get] nice {nice}
[process|pid|task] {pid} [should|shall|must|ought to] [have|get|run at|run with] nice {nice}
i want nice {nice} for [process|pid|task] {pid}
[put|run|have] {pid} [at|on|with] [nice|priority|niceness] {nice}
assign [nice|priority|niceness] {nice} to [process|pid|] {pid}`,
    held: `{pid} deserves a nice value of {nice}
make the niceness of task number {pid} equal to {nice}
from now on pid {pid} runs with nice {nice}
could process {pid} be set to priority {nice}
nice of {pid}: {nice}
change {pid} so that its nice is {nice}
i'd like {nice} as the nice value of process {pid}
for pid {pid} use niceness {nice}
reprioritise process {pid} to nice {nice}`,
    ask(world, random) {
      const p = anyPid(world, random);
      if (!p) return null;
      const n = nice(random);
      return asked({ pid: String(p.pid), nice: n.said }, `renice ${n.written} ${p.pid}`);
    },
  },
  {
    name: "lower-pid",
    area: "adjust",
    weight: 2,
    train: `[lower|reduce|decrease|drop|cut] the priority of [pid|process|task|program|] {pid} @now
give [pid|process|task|] {pid} [less priority|a lower priority|less of the cpu|less cpu|less processor time|less of the processor|a smaller share]
make [pid|process|task|] {pid} [less important|nicer|lower priority|nice]
[pid|process|task|] {pid} is [less important|not important|not urgent|unimportant]
be [less kind|less generous] to {pid}
[let|make] {pid} [wait|yield|step back|take less cpu|use less cpu]
slow down [pid|process|task|] {pid}
[put|move] {pid} in the background
[pid|process|] {pid} should [be nicer|get less cpu|have lower priority|have less priority|get a lower priority|run slower]
deprioritise [pid|process|task|] {pid}
deprioritize {pid}
lower {pid}`,
    held: `process {pid} can take a back seat
the cpu time of pid {pid} should shrink
{pid} need not hurry
push {pid} down in importance
task {pid} gets too much processor, lower it
reduce how important {pid} is
i want {pid} to be nicer to the others
decrease priority, pid {pid}
let the others go before {pid}`,
    ask(world, random) {
      const p = anyPid(world, random);
      return p && p.nice < 10 ? asked({ pid: String(p.pid) }, ...lowered(p)) : null;
    },
  },
  {
    name: "raise-pid",
    area: "adjust",
    weight: 2,
    train: `[raise|increase|boost|up|lift|improve] the priority of [pid|process|task|program|] {pid} @now
give [pid|process|task|] {pid} [more priority|a higher priority|more of the cpu|more cpu|more processor time|more of the processor|a larger share]
make [pid|process|task|] {pid} [more important|higher priority|faster|go first]
[pid|process|task|] {pid} is [more important|important|urgent|very important]
be kinder to {pid}
let {pid} [go first|run first|run more|have more cpu|run sooner]
speed up [pid|process|task|] {pid}
[pid|process|] {pid} should [run faster|get more cpu|have higher priority|have more priority|get a higher priority|go before the others]
prioritise [pid|process|task|] {pid}
prioritize {pid}
boost {pid}
[process|pid|] {pid} [matters|must be fast|must hurry|has to hurry]`,
    held: `process {pid} matters most to me
the share of pid {pid} should grow
{pid} is in a hurry
push {pid} up in importance
task {pid} gets too little processor, raise it
i need {pid} done sooner than the rest
increase priority, pid {pid}
let {pid} overtake the others
work of {pid} has precedence`,
    ask(world, random) {
      const p = anyPid(world, random);
      return p && p.nice > -5 ? asked({ pid: String(p.pid) }, ...raised(p)) : null;
    },
  },
  {
    name: "lower-name",
    area: "adjust",
    weight: 1.5,
    train: `[lower|reduce|decrease|drop] the priority of {name} @now
give {name} [less priority|a lower priority|less of the cpu|less cpu|less processor time]
make {name} [less important|nicer|lower priority|nice]
{name} is [less important|not important|not urgent|unimportant]
slow down {name}
[put|move] {name} in the background
{name} should [be nicer|get less cpu|have lower priority|have less priority|run slower]
[let|make] {name} [wait|yield|step back|take less cpu]
deprioritise {name}
the [program|process] {name} should [get less cpu|be nicer|be slower]`,
    held: `{name} may take a back seat
the processor time of {name} should shrink
{name} need not hurry
push {name} down in importance
{name} gets too much processor, lower it
i'd rather have {name} run nicer`,
    ask(world, random) {
      const p = namedProcess(world, random);
      return p && p.nice < 10 ? asked({ name: bareName(p.name) }, ...lowered(p)) : null;
    },
  },
  {
    name: "raise-name",
    area: "adjust",
    weight: 1.5,
    train: `[raise|increase|boost|up|lift] the priority of {name} @now
give {name} [more priority|a higher priority|more of the cpu|more cpu|more processor time]
make {name} [more important|higher priority|faster|go first]
{name} is [more important|important|urgent|very important]
let {name} [go first|run first|run more|have more cpu]
speed up {name}
{name} should [run faster|get more cpu|have higher priority|have more priority|go before the others]
prioritise {name}
boost {name}
the [program|process] {name} should [get more cpu|be faster|go first]`,
    held: `{name} matters most to me
the share of {name} should grow
{name} is in a hurry
push {name} up in importance
{name} gets too little processor, raise it
i need {name} done sooner than the rest`,
    ask(world, random) {
      const p = namedProcess(world, random);
      return p && p.nice > -5 ? asked({ name: bareName(p.name) }, ...raised(p)) : null;
    },
  },
  {
    name: "renice-name",
    area: "adjust",
    weight: 1.5,
    train: `give {name} [nice|a nice value of|the nice value|niceness|priority] {nice}
@set the [nice value|nice|niceness|priority] of {name} to {nice}
renice {name} to {nice}
@set {name} [to|at] nice {nice}
[nice|priority|niceness] {nice} for {name}
let {name} [run at|have|get] nice {nice}
{name} [should|shall|must] [have|get|run at] nice {nice}
[put|run|have] {name} [at|on] nice {nice}`,
    held: `{name} deserves a nice value of {nice}
make the niceness of {name} equal to {nice}
from now on {name} runs with nice {nice}
nice of {name}: {nice}
i'd like {nice} as the nice value of {name}
reprioritise {name} to nice {nice}`,
    ask(world, random) {
      const p = namedProcess(world, random);
      if (!p) return null;
      const n = nice(random);
      return asked({ name: bareName(p.name), nice: n.said }, `renice ${n.written} ${p.pid}`);
    },
  },
  {
    name: "protect-pid",
    area: "adjust",
    weight: 2,
    train: `protect [pid|process|task|program|] {pid} [from the killer|from the oom killer|from being killed|from the ladder|] @now
[never|do not] [kill|end|throttle] [pid|process|task|] {pid} [for memory|when memory runs out|for lack of memory]
memctl protect {pid}
keep [pid|process|] {pid} [safe|alive|from being killed|from the killer|out of reach of the killer]
[pid|process|] {pid} must [not be killed|never be killed|survive|be protected|be safe]
make [pid|process|] {pid} [protected|safe|unkillable|immune]
[guard|shield|save|spare] [pid|process|task|] {pid}
[process|pid|] {pid} is [precious|not to be killed|too important to be killed|critical]`,
    held: `whatever happens, {pid} has to survive
the killer must leave process {pid} alone
{pid} should be out of bounds for the ladder
safeguard pid {pid}
grant protection to process {pid}
don't let {pid} be sacrificed when memory ends
put {pid} under protection
task {pid} is not to be touched by the oom killer
ensure that {pid} stays alive`,
    ask(world, random) {
      const p = anyPid(world, random);
      return p ? asked({ pid: String(p.pid) }, `memctl protect ${p.pid}`, `memctl protect --oom-score -1000 ${p.pid}`) : null;
    },
  },
  {
    name: "protect-name",
    area: "adjust",
    train: `protect {name} [from the killer|from the oom killer|from being killed|]
[never|do not] [kill|end|throttle] {name} [for memory|when memory runs out|for lack of memory]
keep {name} [safe|alive|from being killed|from the killer]
{name} must [not be killed|never be killed|survive|be protected|be safe]
make {name} [protected|safe|unkillable|immune]
[guard|shield|save|spare] {name}
{name} is [precious|not to be killed|too important to be killed|critical]`,
    held: `whatever happens, {name} has to survive
the killer must leave {name} alone
grant protection to {name}
don't let {name} be sacrificed when memory ends
put {name} under protection
ensure that {name} stays alive`,
    ask(world, random) {
      const p = namedProcess(world, random);
      return p ? asked({ name: bareName(p.name) }, `memctl protect ${p.pid}`, `memctl protect --oom-score -1000 ${p.pid}`) : null;
    },
  },
  {
    name: "protect-off",
    area: "adjust",
    train: `[end|remove|lift|cancel|drop|take away] the protection of [pid|process|] {pid}
memctl protect --off {pid}
[unprotect|unguard] [pid|process|] {pid}
[do not|no longer|stop] protect[ing|] [pid|process|] {pid} [any more|]
[pid|process|] {pid} [may|can] be killed [again|]
[pid|process|] {pid} needs no protection [any more|]
protect {pid} no [longer|more]`,
    held: `{pid} isn't worth protecting any longer
take {pid} off protection
the protection of process {pid} should end
allow the killer to take {pid} again
withdraw protection from pid {pid}
protection off for {pid}`,
    ask(world, random) {
      const p = anyPid(world, random);
      return p ? asked({ pid: String(p.pid) }, `memctl protect --off ${p.pid}`) : null;
    },
  },
  {
    name: "reserve",
    area: "adjust",
    weight: 1.5,
    train: `reserve {size} [for|of memory for] [pid|process|task|] {pid}
[leave|keep|guarantee|assure|promise] [pid|process|task|] {pid} {size} [of memory|]
memctl protect --reserve {size} {pid}
[pid|process|] {pid} [should|must|shall] keep {size} [of memory|]
[set|make] [a|the] reserve of [pid|process|] {pid} [to|of|at] {size}
give [pid|process|] {pid} a reserve of {size}
do not reclaim [the first|] {size} of [pid|process|] {pid}
a reserve of {size} for [pid|process|] {pid}
keep {size} [of memory|] for {pid}`,
    held: `{size} belong to process {pid} and should stay with it
set aside {size} on behalf of pid {pid}
make sure {pid} can hold on to {size}
process {pid} gets {size} as its reserve
{pid}: reserve {size}
the reserve of task {pid} shall be {size}`,
    ask(world, random) {
      const p = anyPid(world, random);
      if (!p) return null;
      const s = size(random, 64);
      return asked({ pid: String(p.pid), size: s.said }, `memctl protect --reserve ${s.written} ${p.pid}`);
    },
  },
  {
    name: "oom-score",
    area: "adjust",
    train: `@set the [oom score|kill score|score|oom adjustment|score adjustment] of [pid|process|] {pid} to {score}
memctl protect --oom-score {score} {pid}
give [pid|process|] {pid} [an oom score of|the oom score|a score of|a kill score of] {score}
[oom score|kill score] {score} for [pid|process|] {pid}
adjust the [oom score|kill score|score] of {pid} by {score}
[pid|process|] {pid} [should|shall] have oom score {score}`,
    held: `{score} as the oom adjustment of {pid}
the killer should add {score} to the score of process {pid}
oom score of pid {pid} becomes {score}
let {pid} have a kill score of {score}
score adjustment for {pid}: {score}
put {score} as oom score on process {pid}`,
    ask(world, random) {
      const p = anyPid(world, random);
      if (!p) return null;
      const score = random.pick([-900, -800, -500, -400, -300, -200, -100, -50, 50, 100, 150, 200, 250, 300, 400, 500, 600, 800, 900, 1000]);
      const said = score < 0 && random.unit() < 0.2 ? `minus ${-score}` : String(score);
      return asked({ pid: String(p.pid), score: said }, `memctl protect --oom-score ${score} ${p.pid}`);
    },
  },
  {
    name: "run",
    area: "adjust",
    weight: 2,
    train: `[run|start|launch|execute|begin|open|call|fire up] {program} @now
[run|start|launch|execute] the program {program}
let {program} run
[can|could] you [run|start|launch|execute] {program}
i want [to run|to start|] {program} [to run|]
[please|] start [a|an|the|] {program} [process|program|]
run /bin/{program}.wasm`,
    held: `have {program} executed
get {program} going
bring up the {program} program
i'd like {program} to run
give {program} a go
kick off {program}
time to run {program}`,
    ask(_, random) {
      const program = random.pick(PROGRAMS);
      return asked({ program }, `run ${program}`, `run /bin/${program}.wasm`);
    },
  },
  {
    name: "run-mem",
    area: "adjust",
    weight: 1.5,
    train: `[run|start|launch|execute] {program} with [at most|no more than|a limit of|only|up to|a memory limit of] {size} [of memory|]
[run|start] {program} [limited|capped|bounded] [to|at] {size} [of memory|]
[cap|limit|bound] {program} [at|to] {size} [of memory|] [and start it|when you start it|and run it]
run --mem {sizewritten} {program}
[start|run] {program} [but|and] [give|allow] it [only|at most|no more than] {size}
{program} with {size} of memory [at most|]
[let|have] {program} run [in|within|with] {size} [of memory|]`,
    held: `{program} may run, but its memory must not exceed {size}
execute {program} under a cap of {size}
start {program} in no more than {size}
launch {program}; memory at most {size}
{size} have to be enough for {program}, run it`,
    ask(_, random) {
      const program = random.pick(PROGRAMS);
      const s = size(random, 128);
      return asked({ program, size: s.said, sizewritten: s.written }, `run --mem ${s.written} ${program}`);
    },
  },
  {
    name: "run-nice",
    area: "adjust",
    weight: 1.2,
    train: `[run|start|launch|execute] {program} [with|at] nice {nice}
[run|start|launch] {program} with [a nice value of|priority|niceness|nice value] {nice}
run --nice {nice} {program}
[start|run] {program} and give it nice {nice}
{program} at nice {nice}, [start|run] it
[let|have] {program} run [at|with] nice {nice}`,
    held: `execute {program} under nice {nice}
begin {program}, its nice value being {nice}
{program} should be started at nice {nice}
kick off {program} with niceness {nice}
bring up {program} at priority {nice}
get {program} going with nice {nice}`,
    ask(_, random) {
      const program = random.pick(PROGRAMS);
      const n = nice(random);
      return asked({ program, nice: n.said }, `run --nice ${n.written} ${program}`, `nice -n ${n.written} ${program}`, `nice -n ${n.written} run ${program}`);
    },
  },
  {
    name: "run-cpu",
    area: "adjust",
    weight: 1.2,
    train: `[run|start|launch|execute] {program} with [at most|no more than|a limit of|only|up to] {percent} [of the|] [processor|cpu]
[run|start] {program} [limited|capped|bounded] to {percent} [of the|] [processor|cpu]
run --cpu {percentwritten} {program}
[start|run] {program} but give it [only|at most] {percent} [of the|] [processor|cpu]
{program} with {percent} of the [processor|cpu] at most
[let|have] {program} [use|take] [at most|no more than] {percent} [of the|] [processor|cpu], [start|run] it`,
    held: `{program} may run, but on {percent} of the cpu at most
execute {program} with a processor cap of {percent}
launch {program}; no more than {percent} of the processor
{percent} of the cpu have to be enough for {program}, run it
start {program} on {percent} cpu`,
    ask(_, random) {
      const program = random.pick(PROGRAMS);
      const percent = random.pick([5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90]);
      const said = percent === 50 && random.unit() < 0.3 ? "half" : random.pick([`${percent}%`, `${percent} percent`, `${percent} %`]);
      const decimal = `0.${percent < 10 ? `0${percent}` : String(percent).replace(/0$/, "")}`;
      return asked({ program, percent: said, percentwritten: `${percent}%` }, `run --cpu ${percent}% ${program}`, `run --cpu ${decimal} ${program}`);
    },
  },
];
