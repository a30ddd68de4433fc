// Requests to change the machine: the scheduling policy, memory, the predictor, the reclaim ladder.
import type { Asked, Intent } from "./types.js";
import { LIMITS, MEMORY_POLICIES, policy, saidCount, size } from "./values.js";

const asked = (slots: Record<string, string>, ...accepted: string[]): Asked => ({ slots, cause: "asked", accepted });
const seen = (slots: Record<string, string>, ...accepted: string[]): Asked => ({ slots, cause: "look", accepted });

export const ADJUST_MACHINE: readonly Intent[] = [
  {
    name: "policy",
    area: "adjust",
    weight: 4,
    train: `@use {policy} @now
@use {policy} [as|for] [the|] @policy
@set the @policy to {policy}
let {policy} [decide|schedule|choose|pick who runs|take over]
[schedule|run] [with|by|using] {policy}
{policy} [should|shall|must|is to] [decide|schedule|take over|be used|be the policy]
i want {policy} [as the scheduler|to decide|to schedule|]
[i would like|i'd like|we want|we need] [to use|] {policy}
schedctl policy {policy}
[make|have] {policy} [the scheduler|the policy|the active policy|decide|schedule]
[the|] @policy [should be|shall be|is to be] {policy}
[swap|replace] the @policy [for|with|by] {policy}
from now on {policy}
[can|could] you [use|switch to|change to|activate|take] {policy}
{policy} please`,
    held: `put {policy} in charge of the processor
scheduling shall follow {policy} from here on
how about {policy} for scheduling
install {policy} as scheduler
the next policy is {policy}
i prefer tasks to be picked by {policy}
time for {policy} to decide who runs
start scheduling according to {policy}
would you mind changing to {policy}
bring {policy} into force
pick tasks by {policy}`,
    ask(world, random) {
      const p = policy(random, [world.state.policy]);
      return asked({ policy: p.said }, `schedctl policy ${p.written}`, ...(p.written === "transformer" ? ["schedctl transformer on"] : []));
    },
  },
  {
    name: "transformer-off",
    area: "adjust",
    weight: 0.7,
    train: `[turn|switch] [off the transformer|the transformer off|off the learned policy|the learned policy off]
schedctl transformer off
[disable|deactivate|stop] the [transformer|learned policy|learned scheduler]
the transformer should [not decide|no longer decide|be off|stop deciding]
do not [use|let] the transformer [decide|any more|]
no more transformer
[take|put] the transformer [off|out of use]`,
    held: `away with the transformer as scheduler
transformer: off
i don't want the transformer to schedule
relieve the learned policy of its duty
shut the transformer policy off`,
    ask: () => asked({}, "schedctl transformer off", "schedctl policy fallback", "schedctl policy rr", "modctl fallback sched"),
  },
  {
    name: "transformer-freeze",
    area: "adjust",
    weight: 0.7,
    train: `[freeze|stop training|stop teaching] the [transformer|learner|learned policy|weights]
schedctl transformer freeze
the [transformer|learner|learned policy] should [stop learning|not learn|learn no more|be frozen]
[stop|end|pause|halt] [learning|the learning|training|the training]
[learn|train] no more
keep the [transformer's|] weights as they are
no [learning|training] [any more|from now on]
turn learning off
do not learn any more`,
    held: `the weights should no longer change
hold the learned policy still
that's enough training for the transformer
leave the learner's weights untouched from now on
put an end to the training`,
    ask: () => asked({}, "schedctl transformer freeze"),
  },
  {
    name: "transformer-learn",
    area: "adjust",
    weight: 0.7,
    train: `let the [transformer|learner|learned policy] learn
schedctl transformer learn
[start|begin|resume|continue] [learning|the learning|training|the training]
the [transformer|learner|learned policy] should [learn|learn again|train|go on learning]
turn learning on
[unfreeze|train] the [transformer|learner|learned policy]
learn from [what is observed|what happens|observations]
[enable|activate] learning
teach the [transformer|learned policy]`,
    held: `allow the transformer to improve itself
switch training of the scheduler on
the weights may change again
have the learned policy learn from now on
the learner should go to work
make the transformer adapt to what it sees`,
    ask: () => asked({}, "schedctl transformer learn"),
  },
  {
    name: "shadow-on",
    area: "adjust",
    train: `[let|have|make] {policy} [decide|run] in the shadow
shadow {policy}
[put|run|try|use] {policy} [in the|as|as a] shadow[ policy|]
schedctl shadow on {policy}
@set the shadow [policy|] to {policy}
{policy} [should|shall] [be the shadow|run in the shadow|decide in the shadow]
[start|turn on] the shadow with {policy}
ask {policy} in the shadow [too|as well|]
i want {policy} as [the|a] shadow`,
    held: `beside the deciding policy ask {policy} silently, as a shadow
make {policy} the shadow policy
the shadow should be {policy}
take {policy} for shadow decisions
shadow decisions by {policy} please
test {policy} in the shadow of the active one`,
    ask(world, random) {
      const p = policy(random, [world.state.policy, "fallback"]);
      return asked({ policy: p.said }, `schedctl shadow on ${p.written}`);
    },
  },
  {
    name: "shadow-off",
    area: "adjust",
    weight: 0.6,
    train: `[turn|switch] [off the shadow|the shadow off|the shadow policy off]
schedctl shadow off
[stop|end|disable|remove] the shadow [policy|]
no [more|] shadow [policy|]
the shadow [policy|] should [stop|end|be off|not run]
[we|i] do not need [a|the] shadow [policy|]`,
    held: `the shadow has done its work, take it away
without a shadow policy from now on
shadow: off
get rid of the shadow policy
shadow deciding is to cease
quit asking a second policy`,
    ask: () => asked({}, "schedctl shadow off"),
  },
  {
    name: "explain-every",
    area: "adjust",
    weight: 0.7,
    train: `record [one|a] decision [in|of|out of] {n}
[explain|record] every {nth} decision
schedctl explain every {n}
record one [scheduling|] decision in {n}
[keep|note|write down] [one|a] decision in {n}
[explain|record] [one of|] every {n} decisions
out of {n} decisions record one`,
    held: `of {n} scheduling decisions one should be recorded
let one decision in {n} be explained
set decision recording to one in {n}
per {n} decisions keep a single one
explain one in {n}
take a record at every {nth} decision`,
    ask(_, random) {
      const n = random.pick([2, 3, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100]);
      const ending = n === 2 || n === 32 ? "nd" : n === 3 ? "rd" : "th";
      return asked({ n: saidCount(n, random), nth: `${n}${ending}` }, `schedctl explain every ${n}`);
    },
  },
  {
    name: "explain-off",
    area: "adjust",
    weight: 0.5,
    train: `[stop|end|disable] recording [of|] [scheduling|] decisions
schedctl explain off
[record|explain] no [more|] decisions
do not [record|explain] decisions [any more|]
turn [off|] [decision recording|recording of decisions|explanations] [off|]
no more [recorded|explained] decisions`,
    held: `decisions need not be recorded any longer
cease to record what the scheduler decides
recording of decisions: off
leave decisions unrecorded
i don't need decisions explained any more`,
    ask: () => asked({}, "schedctl explain off"),
  },
  {
    name: "compact",
    area: "adjust",
    weight: 2,
    train: `compact [memory|the memory|ram|] @now
[defragment|defrag] [memory|the memory|ram|] @now
memctl compact
[move|push|bring] [pages|the pages] together
[run|start|do] [a|the|] [compaction|defragmentation]
make [a|one] [larger|bigger|large] free block
[tidy|clean] up memory fragments
[reduce|remove|undo] [the|] fragmentation
make [free memory|memory|the free frames] contiguous [again|]
i need a [larger|bigger|large|contiguous] [free|] block
merge [the|] free blocks
please compact`,
    held: `get me a contiguous piece of memory
would a compaction be possible now
arrange pages so that a big block becomes free
fragmentation should go down
bring the free frames into one piece
compaction please
join the scattered free memory
defragmentation of the ram, go ahead`,
    ask: () => asked({}, "memctl compact", "memctl compact --order *"),
  },
  {
    name: "compact-order",
    area: "adjust",
    train: `compact [memory|] [to|for|until] order {n}
memctl compact --order {n}
[make|get|give me|i need] a [free|] block of order {n}
compact until [a block of|] order {n} is free
[defragment|defrag] [memory|] [to|for|until] order {n}
free a block of order {n}
[run|start] [a|] compaction for order {n}
i want a free block of order {n}`,
    held: `squeeze pages together for an order {n} block
an order {n} block must become free
have compaction reach order {n}
move pages till order {n} is available
compaction, order {n}
produce a free block of order {n}`,
    ask(_, random) {
      const n = random.whole(1, 10);
      return asked({ n: saidCount(n, random) }, `memctl compact --order ${n}`);
    },
  },
  {
    name: "reclaim-size",
    area: "adjust",
    weight: 2,
    train: `reclaim {size} [of memory|] @now
@free {size} [of memory|of ram|] @now
memctl reclaim {size}
[compress|drop] {size} of [cold pages|pages|cold memory|memory]
i need {size} [of memory|more memory|of free memory|free|]
get [me|] {size} [back|of memory back|from the processes]
[try to|] [get|win|gain] {size} [of memory|by compression|]
[compress|drop] [cold|unused] pages to [gain|free|get] {size}
make {size} [of memory|] [free|available]
take {size} [of memory|] back`,
    held: `could you win {size} of ram by compressing what is cold
we are short of {size}, recover them
press {size} of idle pages out of memory
bring {size} of memory back to the free lists
make room: {size}`,
    ask(_, random) {
      const s = size(random);
      return asked({ size: s.said }, `memctl reclaim ${s.written}`);
    },
  },
  {
    name: "auto-on",
    area: "adjust",
    train: `[turn|switch] [on automatic reclaim|automatic reclaim on|auto on|on auto|the automatic on|automatic action on]
crashctl auto on
[enable|activate|allow] [automatic reclaim|automatic action|auto|automatic actions]
let the kernel [act|act by itself|act on warnings|reclaim by itself|act at a warning]
the kernel [should|may|shall] [act|act by itself|act on warnings|act on its own|reclaim by itself]
[act|react] on warnings [automatically|by yourself|]
[auto|automatic] on
i want the kernel to act [on warnings|by itself|at warnings]`,
    held: `have the kernel do something by itself when it warns
at warnings the kernel is to act on its own
automatic acting: on
give the kernel permission to react to warnings
start reclaiming automatically upon a warning`,
    ask: () => asked({}, "crashctl auto on"),
  },
  {
    name: "auto-off",
    area: "adjust",
    train: `[turn|switch] [off automatic reclaim|automatic reclaim off|auto off|off auto|the automatic off|automatic action off]
crashctl auto off
[disable|deactivate|forbid|stop] [automatic reclaim|automatic action|auto|automatic actions]
[do not let|forbid] the kernel [to|] [act|act by itself|act on warnings|reclaim by itself|act at a warning]
the kernel should [not|never] [act|act by itself|act on warnings|act on its own|reclaim by itself]
[do not|never] [act|react] on warnings
[auto|automatic] off
i do not want the kernel to act [on warnings|by itself|]`,
    held: `warnings only, no action of the kernel by itself
at warnings the kernel has to keep still
automatic acting: off
take from the kernel the permission to react to warnings
hands off, even when you warn
no automatic measures any longer`,
    ask: () => asked({}, "crashctl auto off"),
  },
  {
    name: "tune",
    area: "adjust",
    weight: 1.2,
    train: `warn [from|at|above] [a confidence of|confidence|] {x}
@set the [warning|] threshold [of the predictor|of the crash predictor|for warnings|] to {x}
crashctl tune {x}
[let|make] the predictor warn [from|at] {x}
[tune|set] the predictor to {x}
the [warning|] threshold [should|shall] be {x}
[warning|threshold] [at|from] {x}
a warning needs [a confidence of|] {x}`,
    held: `confidence {x} ought to be enough for a warning
the predictor's threshold becomes {x}
start warning once confidence reaches {x}
make {x} the limit from which you warn
{x} as threshold of the crash predictor
warnings only when the confidence exceeds {x}`,
    ask(_, random) {
      const percent = random.pick([50, 55, 60, 65, 70, 75, 80, 85, 90, 95]);
      const decimal = percent % 10 === 0 ? `0.${percent / 10}` : `0.${percent}`;
      const asPercent = random.unit() < 0.5;
      const said = asPercent ? random.pick([`${percent}%`, `${percent} %`, `${percent} percent`]) : decimal;
      const forms = [`crashctl tune ${percent}%`, `crashctl tune ${decimal}`];
      return asked({ x: said }, ...(asPercent ? forms : forms.reverse()));
    },
  },
  {
    name: "ladder-without",
    area: "adjust",
    weight: 0.8,
    train: `[turn|switch] [off|] [the|] {rung} [rung|] [of the ladder|] [off|]
ladder without {rung}
[do not|never] {rung} [when memory is short|on a warning|]
[remove|drop|take] [the|] {rung} [rung|] [from|off|out of] the ladder
the ladder should not {rung}
[disable|forbid] [the rung|] {rung} [in the ladder|]
reclaim without {rung}
no {rung} [in the ladder|rung|]`,
    held: `leave {rung} out of the reclaim ladder
the kernel shall no longer {rung} processes or pages
skip the {rung} step when reclaiming
{rung} must not be one of the rungs
strike {rung} off the ladder`,
    ask(_, random) {
      const rungs = ["drop", "compact", "compress", "throttle"];
      const rung = random.pick(rungs);
      return asked({ rung }, `memctl ladder ${[...rungs.filter((r) => r !== rung), "kill"].join(" ")}`);
    },
  },
  {
    name: "limit",
    area: "adjust",
    weight: 1.5,
    train: `@set [the limit|the reclaim limit|the|] {limit} to {value}
memctl limits {limitname} {value}
@set [the limit|] {limit} = {value}
[let|make] [the|] {limit} [be|] {value}
{limit} [should|shall|must] be {value}
[the|a] [limit|value] of {value} for {limit}
i want {limit} [at|to be] {value}`,
    held: `{value} as the new value of {limit}
reclaim limit {limit}: {value}
tune {limit}, make it {value}
for {limit} take {value}
the number {limit} has to become {value}
put {limit} on {value}`,
    ask(_, random) {
      const limit = random.pick(LIMITS);
      const value = random.pick(limit.values);
      return asked({ limit: random.unit() < 0.4 ? limit.name : random.pick(limit.said), limitname: limit.name, value: String(value) }, `memctl limits ${limit.name} ${value}`);
    },
  },
  {
    name: "limit-show",
    area: "observe",
    train: `@show [the limit|the reclaim limit|the|] {limit}
what is [the limit|the value of|] {limit}
memctl limits {limitname}
@tell [the value of|] {limit}
how [large|high|big] is {limit}
[value|current value] of {limit}`,
    held: `to what is {limit} set
{limit}?
which value does {limit} have`,
    ask(_, random) {
      const limit = random.pick(LIMITS);
      return seen({ limit: random.unit() < 0.4 ? limit.name : random.pick(limit.said), limitname: limit.name }, `memctl limits ${limit.name}`, "memctl limits");
    },
  },
  {
    name: "swap-memory",
    area: "adjust",
    train: `@use {module} [for memory|as the memory policy|as memory policy|to predict crashes|as the crash predictor|as the predictor|for predictions]
modctl swap {module}
swap [in|to|] [the|] [module|] {module}
[let|have] {module} [predict|watch memory|decide about memory|predict crashes|be the predictor]
@set the [memory policy|predictor|crash predictor] to {module}
{module} should [predict|be the predictor|be the memory policy|watch the memory]
make {module} the [memory policy|predictor|crash predictor|active memory module]`,
    held: `predictions shall come from {module}
hand memory prediction to {module}
the memory policy of my choice is {module}
have crashes foretold by {module}`,
    ask(_, random) {
      const module = random.pick(MEMORY_POLICIES);
      // only `linear` is in the image: the others have to be loaded from a file first
      return module === "linear" ? asked({ module }, `modctl swap ${module}`) : { slots: { module }, cause: "unsure", accepted: [], need: "target", tolerated: ["modctl list"] };
    },
  },
  {
    name: "fallback-memory",
    area: "adjust",
    weight: 0.6,
    train: `modctl fallback memory
[use|go back to|return to] the [built-in|built in|] fallback [for memory|of the memory policy|as memory policy|predictor]
memory policy back to [the|] [fallback|built-in one]
[return|set] [memory|the predictor|the memory policy] to the [built-in|] fallback
the memory policy should be the [built-in|] fallback
let the fallback [predict|watch memory]`,
    held: `for memory i want the built-in rule again
put the memory policy back on its fallback
memory: fallback
take the memory module out and use the built-in fallback
predict by the fallback`,
    ask: () => asked({}, "modctl fallback memory"),
  },
  {
    name: "set-lr",
    area: "adjust",
    weight: 0.7,
    train: `@set the learning rate to {rate}
schedctl set-lr {rate}
[learn|train] with [a|the] [learning|] rate [of|] {rate}
[a|the] learning rate of {rate}
the learning rate should be {rate}
let the learner learn [with|at] [rate|] {rate}
learning rate {rate}`,
    held: `{rate} as learning rate
make the transformer learn at a rate of {rate}
the learner's rate becomes {rate}
i'd like a learning rate of {rate}
rate of learning: {rate}`,
    ask(_, random) {
      const rate = random.pick(["0.001", "0.0001", "0.0005", "0.002", "0.005", "0.01", "0.0002"]);
      return asked({ rate }, `schedctl set-lr ${rate}`);
    },
  },
];
