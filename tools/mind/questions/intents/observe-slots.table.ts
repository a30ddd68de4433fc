// Requests to see something with a number, a name or a path in them.
import { bareName, namedProcess } from "./pick.js";
import type { Asked, Intent } from "./types.js";
import { COUNTERS, count, EVENTS } from "./values.js";

const asked = (slots: Record<string, string>, ...accepted: string[]): Asked => ({ slots, cause: "look", accepted });

/** Commands that one asks help of. */
const HELPED = [
  "ps",
  "kill",
  "memctl",
  "crashctl",
  "schedctl",
  "stress",
  "trace",
  "run",
  "renice",
  "modctl",
  "free",
  "stats",
  "dmesg",
  "ls",
  "df",
  "grep",
  "uptime",
  "cat",
  "version",
  "spec",
];

const PATHS = ["/bin", "/tmp", "/policies", "/", "/docs", "/share"];

export const OBSERVE_SLOTS: readonly Intent[] = [
  {
    name: "trace-n",
    area: "observe",
    weight: 2,
    train: `@show the [last|latest|most recent|newest|past] {n} [events|kernel events|trace events|events of the trace] @now
[last|latest] {n} [events|trace events|kernel events]
trace {n}
what were the [last|latest] {n} events
@show {n} [events|trace events]
the [last|latest|newest] {n} [events|entries] [of the trace|in the trace|please|]
@look the last {n} [events|entries of the trace]
{n} [latest|last|newest|recent] events
trace of the last {n} events`,
    held: `{n} newest entries of the event ring
i'd like to go through the {n} latest events
events, {n} of them, most recent
which {n} things did the kernel do last
let's have {n} events out of the trace
give the trace, {n} rows
up to {n} events from the trace
how did the last {n} events look`,
    ask(_, random) {
      const n = count(random);
      return asked({ n: n.said }, `trace ${n.written}`);
    },
  },
  {
    name: "trace-event",
    area: "observe",
    weight: 1.5,
    train: `@show [the|all|] {event} events @now
trace [of|] {event} events
trace --event {eventname}
[only|just] {event} events
which {event} events [were there|happened]
events of [kind|type] {event}
@look the {event} events
[filter|search] the trace for {event} events
{event} events [please|in the trace|only|]
were there [any|] {event} events`,
    held: `from the trace pick what concerns {event}
did any {event} event occur
all that the trace has of {event}
restrict the trace to {event} events
events named {event}
trace, but {event} only`,
    ask(_, random) {
      const event = random.pick(EVENTS);
      return asked({ event: random.unit() < 0.25 ? event.name : random.pick(event.said), eventname: event.name }, `trace --event ${event.name}`, `trace --event ${event.name} *`);
    },
  },
  {
    name: "dmesg-n",
    area: "observe",
    weight: 1.5,
    train: `@show the last {n} [lines|messages|entries] of the [kernel|system|kernel's|] log @now
[last|latest] {n} [kernel messages|log lines|lines of the log|lines of the kernel log|messages of the kernel]
dmesg --tail {n}
[tail|end] of the [kernel|] log, {n} lines
@show the [last|latest|newest] {n} [kernel messages|messages of the kernel|log messages]
what are the last {n} [lines|messages] of the [kernel|] log
{n} lines [of|from] the [end of the|] kernel log`,
    held: `the {n} newest messages that the kernel wrote
what did the kernel say in its last {n} lines
log of the kernel, but {n} lines only
let me read {n} lines from the end of the log
the log's final {n} lines`,
    ask(_, random) {
      const n = count(random);
      return asked({ n: n.said }, `dmesg --tail ${n.written}`);
    },
  },
  {
    name: "history-n",
    area: "observe",
    train: `@show the last {n} predictions @now
[last|latest] {n} predictions
crashctl history {n}
what were the last {n} predictions
@show {n} [predictions|rows of the prediction history]
the [latest|newest|last|past] {n} predictions [of the predictor|]
{n} predictions of the [past|crash predictor|predictor]`,
    held: `what did the predictor say the last {n} times
{n} most recent predictions, please
past predictions, {n} of them
i'd like {n} rows of prediction history
the predictor's {n} newest statements
predictions, the {n} last`,
    ask(_, random) {
      const n = count(random);
      return asked({ n: n.said }, `crashctl history ${n.written}`);
    },
  },
  {
    name: "stats-of",
    area: "observe",
    train: `@show the [counters|statistics|stats|histograms] [of|about|for] {counter}
stats {countername}
[counters|statistics|stats|histograms] [of|about|for|on] {counter}
{counter} [counters|statistics|stats|histograms]
what do the counters say about {counter}
[only|just] the [counters|stats] of {counter}`,
    held: `numbers on {counter} from the statistics
histograms that concern {counter}
figures of {counter} in stats
kernel statistics limited to {counter}
i want the {counter} numbers`,
    ask(_, random) {
      const counter = random.pick(COUNTERS);
      return asked(
        { counter: random.pick(counter.said), countername: counter.name },
        `stats ${counter.name}`,
        "stats",
        ...(counter.name === "page_fault" ? ["stats page", "stats page_faults"] : []),
      );
    },
  },
  {
    name: "help-of",
    area: "observe",
    weight: 1.5,
    train: `help [for|with|on|about|] {command}
how [do i use|does one use|to use|can i use] {command}
what does [the command|] {command} do
how does {command} work
[explain|describe] [the command|] {command}
@tell how {command} [works|is used]
{command} help
usage of {command}
[options|arguments] of {command}
what can {command} do
[show|print] the help of {command}`,
    held: `what is {command} good for
which options has {command}
i need an explanation of the command {command}
{command}: how is it called`,
    ask(_, random) {
      const command = random.pick(HELPED);
      return asked({ command }, `help ${command}`);
    },
  },
  {
    name: "ls-of",
    area: "observe",
    train: `@show the files [in|of|under|below] {path}
[list|ls] {path}
which files are in {path}
what is in {path}
what [lies|is stored] in {path}
contents of [the directory|the folder|] {path}
@look [the directory|the folder|] {path}
files [in|of] {path}
[directory|folder] {path}`,
    held: `have a look below {path}
show me all that lies under {path}`,
    ask(_, random) {
      const path = random.pick(PATHS);
      return asked({ path }, `ls ${path}`, `ls -l ${path}`, `ls -a ${path}`, `ls -la ${path}`);
    },
  },
  {
    name: "ps-name",
    area: "observe",
    train: `[what is|which is] the [pid|process id|process number] of {name}
[pid|process id] of {name}
which [pid|process number] has {name}
is {name} [running|alive|still running|still there|active]
does {name} [run|live|still run]
how much memory does {name} [use|take|have|need|hold]
[memory|size] of {name}
how [big|large] is {name}
what is {name} doing
@look {name}
@show [the process|] {name}`,
    held: `under which number does {name} run
tell me the pid belonging to {name}
what about {name}, is it alive`,
    ask(world, random) {
      const p = namedProcess(world, random);
      return p ? asked({ name: bareName(p.name) }, "ps", "ps -l", "ps --all", "ps --all -l", "schedctl tasks") : null;
    },
  },
];
