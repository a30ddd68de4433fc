// Requests that end something or forget something. The mind only proposes; what is protected it does not even propose.
import type { Process, World } from "../world/types.js";
import { anyPid, bareName, namedProcess } from "./pick.js";
import type { Asked, Intent } from "./types.js";

const asked = (slots: Record<string, string>, ...accepted: string[]): Asked => ({ slots, cause: "asked", accepted });

/** A command on a pid is also right as one on all that the process belongs to. */
export const killOf = (p: Process): string[] => [`kill ${p.pid}`, `kill -9 ${p.pid}`, `kill -KILL ${p.pid}`, `kill -TERM ${p.pid}`];

/** The open process for which `measure` is largest, where it is clearly so. */
export function clearly(world: World, measure: (p: Process) => number, least: number): Process | undefined {
  const sorted = world.open.toSorted((a, b) => measure(b) - measure(a));
  const [first, second] = sorted;
  if (!first || measure(first) < least || (second && measure(second) > measure(first) * 0.8)) return undefined;
  return first;
}

export const DESTROY: readonly Intent[] = [
  {
    name: "kill-pid",
    area: "destroy",
    weight: 4,
    train: `@kill [process|pid|task|program|process number|the process|job|] {pid} @now
@kill the [process|task|program] with [pid|the pid|number|the number|process id] {pid}
[process|pid|task|program|number|] {pid} [should|must|has to|shall|needs to] @die
[i want|i need|i would like] [process|pid|task|] {pid} [to @die|killed|stopped|ended|terminated|gone]
kill {pid}
kill -9 {pid}
[force|make|let] [process|pid|task|] {pid} [to|] @die
[can|could|would|will] you @kill [process|pid|task|] {pid}
[send|give] a [kill|kill signal|term signal] to [process|pid|] {pid}
[process|pid|] {pid} [is not needed|is no longer needed|is unwanted|is useless|is of no use], @kill it
i [want|wish|need] to @kill [process|pid|task|] {pid}
no more {pid}
[away|off] with {pid}
@kill number {pid}
please @kill {pid}`,
    held: `put an end to process {pid}
{pid} has lived long enough, finish it
pid {pid} is to be taken out
i'm done with task {pid}, end it
would you mind stopping number {pid}
make sure that {pid} runs no longer
terminate whatever has the pid {pid}
bring process {pid} to an end
shoot down {pid}
{pid} can go, i don't need it
have process {pid} killed
i'd like {pid} to cease
{pid} bugs me, make it go away`,
    ask(world, random) {
      const p = anyPid(world, random);
      return p ? asked({ pid: String(p.pid) }, ...killOf(p)) : null;
    },
  },
  {
    name: "kill-name",
    area: "destroy",
    weight: 3,
    train: `@kill {name} @now
@kill the [process|task|program] [called|named|] {name}
{name} [should|must|has to|shall|needs to] @die
[i want|i need|i would like] {name} [to @die|killed|stopped|ended|terminated|gone]
[force|make|let] {name} [to|] @die
[can|could|would|will] you @kill {name}
{name} [is not needed|is no longer needed|is unwanted|is useless], @kill it
i [want|wish|need] to @kill {name}
no more {name}
[away|off] with {name}
@kill the {name} [process|program|task]
please @kill {name}`,
    held: `put an end to {name}
{name} has lived long enough, finish it
{name} is to be taken out
i'm done with {name}, end it
make sure that {name} runs no longer
bring {name} to an end
{name} can go, i don't need it
i'd like {name} to cease
{name} bugs me, make it go away`,
    ask(world, random) {
      const p = namedProcess(world, random);
      return p ? asked({ name: bareName(p.name) }, ...killOf(p)) : null;
    },
  },
  {
    name: "kill-two",
    area: "destroy",
    weight: 1,
    train: `@kill [processes|pids|tasks|both|] {pid} and {other}
kill {pid} {other}
@kill [processes|pids|tasks|] {pid}, {other}
@kill [process|] {pid} and [also|then|process|] {other}
both {pid} and {other} [should|must] @die
{pid} and {other} [should|must|have to] @die
[i want|i need] {pid} and {other} [gone|killed|stopped]`,
    held: `put an end to {pid} as well as {other}
{pid} and {other} can go
finish two processes: {pid} and {other}
neither {pid} nor {other} shall run any longer
take out {pid} together with {other}
end process {pid}, and {other} too`,
    ask(world, random) {
      if (world.openShown.length < 2) return null;
      const first = random.pick(world.openShown);
      const second = random.pick(world.openShown.filter((p) => p !== first));
      return asked({ pid: String(first.pid), other: String(second.pid) }, `kill ${first.pid} ${second.pid}`, `kill ${second.pid} ${first.pid}`);
    },
  },
  {
    name: "kill-largest",
    area: "destroy",
    weight: 2,
    train: `@kill the [biggest|largest|fattest] [process|program|task|memory user|memory eater|] @now
@kill [whoever|whatever|the process that|the program that|the one that|who] @eat [the most|most] @mem
@kill the [top|worst|greatest|main] [memory|ram] [user|eater|consumer|hog]
@kill the [process|one|task] with the most [memory|ram]
the [biggest|largest] [process|program] [should|must] @die
@kill what takes the most memory`,
    held: `the one with the largest memory footprint has to be ended
put an end to the greediest memory consumer
finish the process holding the lion's share of ram
take out the biggest one
whichever process is largest, stop it
have the heaviest program in memory killed`,
    ask(world) {
      const p = clearly(world, (q) => q.residentKib, 1024);
      return p && world.shown.includes(p) ? asked({}, ...killOf(p)) : null;
    },
  },
  {
    name: "crash-reset",
    area: "destroy",
    weight: 0.7,
    train: `[reset|clear|forget|wipe|erase|delete] [the|all|] [predictions|prediction history|history of predictions|predictor|crash predictor|samples of the predictor]
crashctl reset
the predictor should [forget|start anew|start again|begin again]
[make|let] the predictor [forget|start over|begin anew]
reset the crash predictor
forget [old|all|past] predictions`,
    held: `throw the prediction history away
wipe the memory of the crash predictor
predictor: start from nothing
all samples and predictions are to be dropped
erase what the predictor has seen`,
    ask: () => asked({}, "crashctl reset"),
  },
  {
    name: "sched-reset",
    area: "destroy",
    weight: 0.7,
    train: `[reset|clear|forget|wipe|erase] [the|] [recorded decisions|scheduler's history|histories of images|scheduler history|shadow's counts|scheduler's records|scheduler statistics]
schedctl reset
reset the scheduler
the scheduler should [forget|start anew|start again] 
forget [what is known of programs|the histories of programs|recorded decisions]
[clear|wipe] [all|] scheduling [records|history|decisions]`,
    held: `throw recorded decisions away
wipe what the scheduler remembers of images
scheduler: forget everything recorded
image histories are to be dropped
erase the scheduler's memory of programs`,
    ask: () => asked({}, "schedctl reset"),
  },
  {
    name: "transformer-reset",
    area: "destroy",
    weight: 0.7,
    train: `[reset|restore] the [transformer|learner|transformer's weights|learned weights|learned policy]
schedctl transformer reset
[forget|erase|wipe|undo] what the [transformer|learner|learned policy] [has|] [learnt|learned]
the [transformer|learner] should forget [what it learnt|what it learned|everything|]
[original|initial|first] weights [for the transformer|of the transformer|] [again|please|back]
go back to the [original|shipped|first] weights`,
    held: `the learner shall begin from its original weights
undo the training of the transformer
bring back the weights that came with the image
wipe the learned policy's knowledge
transformer: back to the start`,
    ask: () => asked({}, "schedctl transformer reset"),
  },
  {
    name: "trace-clear",
    area: "destroy",
    weight: 0.7,
    train: `[clear|empty|erase|wipe|delete|reset] the [trace|event trace|events|event ring|trace ring]
trace clear
[forget|drop|discard|throw away] [all|the|] [events|trace events]
[start|begin] [a new|an empty] trace
an empty trace please
[clear|delete] all events`,
    held: `the trace should begin anew
i want a blank event ring
old events are of no use, discard them
let the ring of events be cleared
throw the trace out`,
    ask: () => asked({}, "trace clear"),
  },
  {
    name: "unload",
    area: "destroy",
    weight: 0.8,
    train: `unload [the|] [module|policy|] {module}
modctl unload {module}
[remove|drop|forget|get rid of|throw out|delete] [the|] module {module}
[the|] module {module} [should|must] [go|be unloaded|be removed]
[i do not need|we do not need|nobody needs] [the|] module {module} [any more|]`,
    held: `module {module} isn't needed, take it out
the kernel may forget the module {module}
out with the {module} module
discard the module called {module}
let {module} be removed from the modules`,
    ask(world, random) {
      const module = random.pick(["eevdf", "fifo", "las", "mlfq", "rr", "sjf_history", "transformer"].filter((name) => name !== world.state.policy));
      return asked({ module }, `modctl unload ${module}`);
    },
  },
  {
    name: "poweroff",
    area: "destroy",
    weight: 1,
    train: `[turn|switch|power] [off the machine|the machine off|off|it off]
poweroff
[shut|power] down [the machine|the system|the computer|]
[shutdown|power off|switch off] @now
[stop|end|halt] the [machine|system|computer]
[go|turn yourself] off
shut the [machine|system|computer] down @now
end the session and [switch|turn|power] off`,
    held: `that's all for today, machine off
i'd like the computer switched off
we are finished, power it down
halt everything and turn off`,
    ask: () => asked({}, "poweroff", "poweroff --status 0"),
  },
  {
    name: "reboot",
    area: "destroy",
    weight: 1,
    train: `[reboot|restart] [the machine|the system|the computer|the kernel|] @now
reboot
start [the machine|the system|] [again|anew|over|from scratch]
[boot|start] [it|the machine|] again
i want [a|to] reboot
do a [reboot|restart]
reset the [machine|system|computer]
[a|] [fresh|new] [boot|start] of the machine`,
    held: `bring the system up once more from zero
i'd like everything booted anew
restart of the whole computer
off and on again`,
    ask: () => asked({}, "reboot"),
  },
  {
    name: "stress",
    area: "destroy",
    weight: 1,
    train: `[start|run|make|simulate|create|cause|begin|produce] a [memory|] {pattern} [of|with|at] {rate} [a second|per second]
stress {patternname} --rate {ratewritten}
[start|run] [the|] stress [program|] [with|as] [a|] {pattern} at {rate} [a second|per second]
[put|try|test] [memory|] pressure [on the machine|] [with|by] a {pattern} [of|at] {rate} per second
{pattern} of {rate} per second[ please|]`,
    held: `let a {pattern} grow by {rate} each second
stress the machine: {pattern}, {rate} a second
i want to provoke a {pattern} at {rate} per second
load memory with a {pattern} of {rate} every second
do a {pattern} test, {rate} per second`,
    ask(_, random) {
      const pattern = random.pick([
        { name: "leak", said: "leak" },
        { name: "burst", said: "burst" },
        { name: "sawtooth", said: "sawtooth" },
        { name: "plateau", said: "plateau" },
      ]);
      const m = random.pick([1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 32]);
      return asked(
        { pattern: pattern.said, patternname: pattern.name, rate: `${m}${random.pick(["M", " MB", "MB", " megabytes"])}`, ratewritten: `${m}M` },
        `stress ${pattern.name} --rate ${m}M`,
        `stress --rate ${m}M ${pattern.name}`,
        `stress --rate ${m}M --seconds * ${pattern.name}`,
      );
    },
  },
];
