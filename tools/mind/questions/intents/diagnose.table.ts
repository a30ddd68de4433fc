// Questions whose right answer depends on the state: what is wrong, and what helps. Facts come from world/facts.ts.
import type { Random } from "../../../jobs/random.js";
import { type Facts, factsOf } from "../world/facts.js";
import type { Process, World } from "../world/types.js";
import { clearly, killOf } from "./destroy.table.js";
import type { Asked, Intent } from "./types.js";

const answer = (cause: string, ...accepted: string[]): Asked => ({ slots: {}, cause, accepted });
const unsure = (need: string, ...tolerated: string[]): Asked => ({ slots: {}, cause: "unsure", accepted: [], need, tolerated });

/** What shows memory and who takes it. */
const SEES_PROCESSES = ["ps -l", "ps", "ps --all", "ps --all -l"];
const SEES_MEMORY = ["memctl status", "free", "memctl pressure", "crashctl status", "memctl zpool", "memctl ladder"];
const SEES_PROCESSOR = ["schedctl top", "schedctl tasks", "schedctl status", "schedctl tasks -l"];
const SEES_BLOCKS = ["memctl orders", "memctl status"];
const SEES_LOG = ["dmesg", "dmesg --tail *", "trace", "trace *", "trace --event *"];
const RECLAIM = ["memctl reclaim 16M", "memctl reclaim *"];

/** Growers that are as good to end as the fastest one: where two are close, either. */
function endable(facts: Facts): readonly Process[] {
  const most = facts.grower?.growthKibPerSecond ?? 0;
  return facts.growers.filter((p) => p.growthKibPerSecond >= most * 0.85);
}
const endGrowers = (facts: Facts) => endable(facts).flatMap(killOf);

/** What helps memory, or null where nothing needs help. */
function remedyOfMemory(facts: Facts): Asked | null {
  if (facts.grower) return answer("leak", ...endGrowers(facts));
  if (facts.stalled) return answer("thrash", ...RECLAIM);
  if (facts.short) return answer("pressure", ...RECLAIM);
  return null;
}

/** What shows what is wrong with memory. */
function causeOfMemory(facts: Facts): Asked {
  if (facts.grower) return answer("leak", ...SEES_PROCESSES, "crashctl status");
  if (facts.stalled) return answer("thrash", "memctl pressure", ...SEES_MEMORY, ...SEES_PROCESSES);
  if (facts.short) return answer("pressure", "memctl status", ...SEES_MEMORY, ...SEES_PROCESSES);
  return answer("calm", "free", ...SEES_MEMORY, ...SEES_PROCESSES);
}

const PRIORITY_UP = (p: Process) => ["-5", "-10", "-15", "-20"].map((n) => `renice ${n} ${p.pid}`);
const PRIORITY_DOWN = (p: Process) => ["10", "5", "15", "19"].map((n) => `renice ${n} ${p.pid}`);

/** A policy for short and interactive work that is not the one in force. */
function responsivePolicy(world: World): string[] {
  const wanted = ["mlfq", "las", "eevdf", "sjf_history", "transformer"].filter((name) => name !== world.state.policy);
  return wanted.map((name) => `schedctl policy ${name}`);
}

/** Everything: what is wrong first of all, with what shows it. */
function causeOfAll(facts: Facts): Asked {
  if (facts.oom) return answer("oom", ...SEES_LOG, ...SEES_PROCESSES, ...SEES_MEMORY);
  if (facts.crash) return answer("crash", ...SEES_LOG, ...SEES_PROCESSES);
  if (facts.ejected) return answer("policy", "modctl list", ...SEES_LOG, "schedctl policy");
  if (facts.grower || facts.stalled || facts.short) return causeOfMemory(facts);
  if (facts.fragmented) return answer("fragmentation", ...SEES_BLOCKS);
  if (facts.starving) return answer("starvation", "schedctl tasks", "schedctl top", "schedctl tasks -l");
  if (facts.hog) return answer("hog", ...SEES_PROCESSOR);
  if (facts.crowd) return answer("overload", ...SEES_PROCESSOR);
  return answer("calm", "crashctl status", ...SEES_MEMORY, ...SEES_PROCESSES, ...SEES_PROCESSOR, "uptime", "stats", "dmesg");
}

function remedyOfAll(world: World, facts: Facts): Asked {
  const memory = remedyOfMemory(facts);
  if (memory) return memory;
  if (facts.fragmented) return answer("fragmentation", "memctl compact", "memctl compact --order *");
  if (facts.starving) return answer("starvation", ...PRIORITY_UP(facts.starving), ...(facts.hog ? PRIORITY_DOWN(facts.hog) : []));
  if (facts.hog) return answer("hog", ...PRIORITY_DOWN(facts.hog));
  if (facts.crowd) return answer("overload", ...responsivePolicy(world));
  return causeOfAll(facts);
}

function causeOfSlow(facts: Facts): Asked {
  if (facts.throttled.length > 0) return answer("throttled", "memctl ladder", "memctl pressure", ...SEES_PROCESSES);
  if (facts.stalled) return answer("thrash", "memctl pressure", ...SEES_MEMORY, ...SEES_PROCESSES);
  if (facts.starving) return answer("starvation", "schedctl tasks", "schedctl top", "schedctl tasks -l");
  if (facts.hog) return answer("hog", ...SEES_PROCESSOR);
  if (facts.crowd) return answer("overload", ...SEES_PROCESSOR);
  if (facts.grower || facts.short) return causeOfMemory(facts);
  return answer("calm", "schedctl top", ...SEES_PROCESSOR);
}

function remedyOfSlow(world: World, facts: Facts): Asked {
  if (facts.throttled.length > 0 || facts.stalled) return facts.grower ? answer("leak", ...endGrowers(facts)) : answer("thrash", ...RECLAIM);
  if (facts.starving) return answer("starvation", ...PRIORITY_UP(facts.starving), ...(facts.hog ? PRIORITY_DOWN(facts.hog) : []));
  if (facts.hog) return answer("hog", ...PRIORITY_DOWN(facts.hog));
  if (facts.crowd) return answer("overload", ...responsivePolicy(world));
  return remedyOfMemory(facts) ?? answer("calm", "schedctl top", ...SEES_PROCESSOR);
}

type Rule = (world: World, facts: Facts, random: Random) => Asked | null;
const diagnosis = (name: string, weight: number, ask: Rule, train: string, held: string): Intent => ({
  name,
  area: "diagnose",
  weight,
  train,
  held,
  ask: (world, random) => ask(world, factsOf(world.state), random),
});

export const DIAGNOSE: readonly Intent[] = [
  diagnosis(
    "memory-remedy",
    4,
    (_, facts) => remedyOfMemory(facts) ?? answer("calm", "free", ...SEES_MEMORY, ...SEES_PROCESSES),
    `why [is|does] @mem [shrinking|getting less|shrink|go down|going down|getting low|low|falling|dropping|disappearing] and what [should i do|can i do|to do|do i do|should be done|helps|do you suggest|would you do]
@mem [is shrinking|goes down|is going down|is getting low|falls|drops|disappears|vanishes|runs out], what [should i do|can i do|to do|shall i do|now|do i do|helps|do you propose]
what [should|can|shall] i do about [the|] [memory|shrinking memory|memory loss|memory problem|lack of memory|falling memory]
@fix [the|] [memory problem|shrinking memory|memory trouble|memory shortage|trouble with memory]
[help|save me], @mem is [running out|going away|nearly gone|shrinking]
[how do i|how can i|how to] [stop|prevent|avoid|halt] [the loss of memory|memory from shrinking|memory loss|running out of memory|an out of memory|the shrinking of memory]
[prevent|avoid|avert] [the|a|] [crash|out of memory|oom|memory exhaustion]
do something [about|against] [the|] [memory|memory loss|memory shortage|shrinking memory]
keep @mem from [running out|shrinking|being exhausted]
what [would help|helps] [with|against] [the|] [memory|shrinking memory|memory loss|lack of memory]
free memory [falls|shrinks|is falling|gets less], [please|] @fix it
make [the|] memory stop [shrinking|falling|disappearing]
memory [trouble|problem|emergency], what now
we are [running out of|losing] memory, [do something|what now|what to do|act]
which command [helps|would help|fixes] [with|] the memory [problem|shortage|]`,
    `free memory declines steadily; give me a way out
why does the ram dwindle, and how do i put a stop to it
ram is vanishing, propose a remedy
i'm afraid memory will be gone soon, what is the best step
what ought to be done so that memory does not run dry
tell me the reason memory gets scarce and the cure
there's less and less memory, act on it
how should i react to the memory going away
an out of memory is near, avert it
memory is slipping away, advise me
what's the best thing to do for memory right now
something swallows memory; what would you do`,
  ),
  diagnosis(
    "memory-why",
    3,
    (_, facts) => causeOfMemory(facts),
    `why [is|does] @mem [shrinking|getting less|shrink|go down|going down|getting low|low|falling|dropping|disappearing]
where does [the|all the|my|our|] memory go
what [takes|eats|uses|uses up|consumes] [the|all the|so much|up the|] memory
what [happens|is happening|is wrong] [to|with] [the|] memory
why is there so little [memory|ram|memory left|free memory]
what is [the cause|the reason] of [the|] [memory loss|shrinking memory|memory shortage|lack of memory]
why [do|are] we [lose|losing|run out of|running out of] memory
[what|who] is to blame for the [memory loss|missing memory|memory shortage]
[explain|diagnose] the [memory loss|memory problem|shrinking memory|memory usage]
how is @mem doing
what is wrong with @mem
is @mem [ok|okay|fine|alright|healthy|in order]
who [took|has] [the|all the|] memory
is there a problem with [the|] memory`,
    `for what reason does free memory decline
what makes memory get scarcer
i wonder why so much ram is gone
anything wrong on the memory side
where has all the ram gone
name the culprit behind the memory loss
what's behind the drop in free memory
who is swallowing the memory`,
  ),
  diagnosis(
    "leaking",
    2.5,
    (_, facts) => (facts.grower ? answer("leak", ...SEES_PROCESSES) : answer("calm", ...SEES_PROCESSES, ...SEES_MEMORY)),
    `is [anything|something|anybody|any process|a process|there anything|a program|some process] @grow
[do we have|is there|have we got] a [memory|] leak
which [process|program|task] [is @grow|leaks|grows|leaks memory|has a leak|grows fastest|grows most|gets larger]
[who|what] [is @grow|leaks|grows|leaks memory|has a leak|grows fastest|grows most]
does [anything|something|any process|a program] [leak|grow|leak memory]
@show the [leaking|growing] [process|processes|program]
[find|search for|detect|locate] [the|a|any] [leak|memory leak|leaking process|growing process]
where is the leak
[leak|growth] check
are there [memory leaks|leaks|growing processes|leaking processes]`,
    `does one of the programs keep taking more memory
whose memory gets larger and larger
point me to the process that swells
any growth that i should worry about
are processes getting bigger over time
is some program's memory ever rising`,
  ),
  diagnosis(
    "stop-leak",
    3,
    (_, facts) => (facts.grower ? answer("leak", ...endGrowers(facts)) : unsure("process", "ps", "ps -l", "free", "crashctl status", "memctl status")),
    `@kill [the|whatever|whoever|the one that|the process that|the program that|what] [leak|leaks|is leaking|is growing|grows|leaks memory|grows fastest|is @grow]
@kill the [leaking|growing|leaky|fastest growing] [process|program|task|one] @now
@fix the [leak|memory leak]
stop [the leak|the growth|the leaking|the memory leak|whatever is leaking]
[the leaking|the growing] [process|program] [should|must|has to] @die
@kill the [source|cause] of the leak
@kill the process with the [leak|largest growth|fastest growth|memory leak]
plug the leak
[make|let] the [leak|growth|leaking] stop
@kill whoever [takes|eats] more and more memory`,
    `the one that keeps growing has to be ended
take out the process which swells
whichever program leaks, finish it
put an end to the leak
i want the grower dead
have the leaking task terminated
let nothing leak any longer
end whatever eats ever more memory
the leaky process shall not live on`,
  ),
  diagnosis(
    "run-out",
    2,
    (_, facts) => {
      if (facts.grower) return answer("leak", "crashctl status", ...SEES_MEMORY, ...SEES_PROCESSES);
      if (facts.stalled || facts.short) return answer(facts.stalled ? "thrash" : "pressure", "crashctl status", ...SEES_MEMORY, ...SEES_PROCESSES);
      return answer("calm", "crashctl status", ...SEES_MEMORY);
    },
    `are we [going to|about to|likely to] run out of memory
will [we|i|the machine|it|memory] [run out of memory|run out|crash|be exhausted|be enough|last]
will there be an [oom|out of memory]
is [a crash|an oom|an out of memory|exhaustion] [near|coming|likely|ahead|to be expected]
[does|will|is] the memory [last|suffice|be enough|enough]
how long [will|does] the memory last
is memory [about|going] to [end|run out|be exhausted]
do [we|i] [have to|need to] [fear|expect] [a crash|an oom|that memory runs out]
when do we run out of memory
[is|are] [the machine|we] in danger
is it [safe|dangerous]
why [do you|does the kernel|does the predictor] warn
what does the warning mean`,
    `can this end in an out of memory
will the ram hold out
do i have to worry about an oom`,
  ),
  diagnosis(
    "health",
    3,
    (_, facts) => causeOfAll(facts),
    `is [the machine|everything|the system|it|all] [healthy|ok|okay|fine|alright|in order|well|good|all right|working]
how is [the machine|the system|everything|it] [doing|going|]
what is [wrong|the problem|the matter|going on|the trouble|broken] [here|with the machine|with the system|with this machine|]
is [anything|something] [wrong|broken|the matter|odd|strange|amiss]
[are there|is there|do we have] [any|] [problems|problem|trouble|troubles]
[diagnose|check|examine] [the machine|the system|this machine|yourself|everything]
[health|system] [check|status|report]
what [happens|is happening] [here|on this machine|]
does [everything|the machine|the system] [work|run well|run fine]
status of the [machine|system]
how are you [doing|]
[any|] problems
what should i know
what [troubles|bothers|ails] the [machine|system]
@tell what is wrong`,
    `do you see any trouble
what's the condition of the machine
tell me whether something needs attention
are you feeling fine
report on the state of health
what is not as it should be
find out what is wrong`,
  ),
  diagnosis(
    "fix-it",
    2.5,
    (world, facts) => (facts.oom || facts.crash || facts.ejected ? (remedyOfMemory(facts) ?? causeOfAll(facts)) : remedyOfAll(world, facts)),
    `@fix [the problem|it|everything|whatever is wrong|the trouble|the machine|the system|what is wrong|this]
something is wrong, [fix it|do something|help|what should i do|repair it|what to do]
what [should|can|shall] i do [now|]
[do|try] something
[help|save|rescue|heal|cure] the [machine|system]
make it [better|good|right|well] [again|]
what [do you|would you] [suggest|recommend|advise|propose|do]
[your|a|any] [advice|suggestion|recommendation|proposal]
there is a problem, [solve it|fix it|do something]
put [things|everything|it] right
get the machine [back to normal|healthy|well again|in order]
what [would help|helps|is the remedy|is the best action]`,
    `act in the way you think best
which step would you take next
i'd welcome a remedy
bring the system back to health
what is to be done now
remedy what troubles the machine
help out this machine`,
  ),
  diagnosis(
    "slow-why",
    3,
    (_, facts) => causeOfSlow(facts),
    `why is [everything|it|the machine|the system|this|the shell|all] @slow
why does [everything|it|the machine|the system] [take so long|run slowly|crawl|lag|hang|respond slowly|take ages]
what [makes|is making] [everything|it|the machine|the system] @slow
[everything|it|the machine|the system] is @slow, why
what [slows|holds up|holds|drags] [everything|the machine|the system|it] [down|up|]
why [do|are] [programs|processes|tasks] [so slow|slow|run slowly|take so long|lag|wait]
why is [the response|the response time] [slow|bad|so long|long]
[explain|diagnose] [the|this|why there is such a] [slowness|lag|delay|bad response|slow machine]
what is the [cause|reason] [of|for] the [slowness|lag|delay|bad response]
who slows [us|everything|the machine|the others|the system] down
is the machine [overloaded|too busy|busy|loaded]
why do i have to wait [so long|]`,
    `for what reason does nothing move
the machine responds late, how come
name the cause of this sluggishness
all takes ages here; the reason?
how come my tasks crawl
what is the bottleneck
who is making us wait
reason for the lag please`,
  ),
  diagnosis(
    "slow-remedy",
    3,
    (world, facts) => remedyOfSlow(world, facts),
    `[everything|it|the machine|the system] is @slow, [do something|what should i do|fix it|what can i do|help|what to do|please fix it|speed it up]
[make|get] [everything|it|the machine|the system|things] [faster|quicker|fast again|fast|run faster|responsive again]
@fix the [slowness|lag|slow machine|bad response|delay]
[how do i|how can i|how to] [make|get] [everything|the machine|the system|it] [faster|quicker|fast again]
speed up [the machine|everything|the system]
why is [everything|it|the machine|the system] @slow and what [should i do|can i do|to do|helps|do you suggest|should be done]
what [helps|can i do|should i do] against [the|] [slowness|lag|delay|slow machine]
do something [about|against] [the|] [slowness|lag|delay|slow machine]
it takes too long, [do something|fix it|speed it up]
[the machine|the system] should be [faster|quicker]
i want [the machine|the system|it] [faster|to be fast again|quick again]`,
    `accelerate the system
things crawl; put that right
how might this box become quick again
the lag must go away, act
i need a remedy for the sluggishness
nothing moves here, do what is necessary
what would make things run quicker
take care of the delays
it lags, which step do you advise`,
  ),
  diagnosis(
    "who-cpu",
    2.5,
    (_, facts) => answer(facts.hog ? "hog" : facts.crowd ? "overload" : "calm", ...SEES_PROCESSOR),
    `[who|what] @eat [the|most of the|all the|the most|] [processor|cpu|cpu time|processor time]
which [process|program|task] @eat [the|most of the|all the|the most|] [processor|cpu|cpu time|processor time]
@show [the|] [cpu|processor] [usage|use|load|shares|share of each process]
how busy is @cpu
what is [running on|keeping] [the|] [processor|cpu] [busy|]
[cpu|processor] [usage|load|shares|use]
who has @cpu
shares of @cpu
top
what [does|is] @cpu [do|doing|busy with]
how much [cpu|processor] does each [process|task|program] [use|take|get|need]
who [keeps|makes] [the|] [cpu|processor] busy
is there a [cpu|processor] hog`,
    `list the shares that tasks have of the cpu
name the most demanding program for the cpu
who is burning cycles
how is the processor divided among the tasks`,
  ),
  diagnosis(
    "tame-hog",
    2.5,
    (_, facts) => (facts.hog ? answer("hog", ...PRIORITY_DOWN(facts.hog)) : unsure("process", ...SEES_PROCESSOR)),
    `[make|let] the [hog|cpu hog|processor hog|busiest process] [nicer|yield|wait|less important|step back|take less]
[lower|reduce|decrease] the priority of [the hog|the cpu hog|the busiest process|the process that @eat the cpu|whoever @eat the processor|the top process]
slow down [the hog|the cpu hog|the busiest process|the process that @eat the cpu|whoever @eat the processor]
give [the hog|the cpu hog|the busiest process] [less priority|less cpu|a lower priority|less of the processor]
[somebody|one process|a process|something] [hogs|takes] the [cpu|processor], [make it nicer|slow it down|lower it|lower its priority]
the [hog|cpu hog|busiest process] should [be nicer|get less cpu|have lower priority|yield]
@fix the cpu hog without killing it
tame the [hog|cpu hog|busiest process]
renice the [hog|cpu hog|busiest process]
be less kind to the [hog|cpu hog|busiest process]`,
    `whoever burns the cycles shall get fewer of them
push the greediest cpu user down in importance
let others go before the task that has the cpu for itself
the program that keeps the processor busy can take a back seat
don't end the hog, but make it nice
priority down for the biggest cpu eater
curb the one that monopolises the processor
the hog's share has to shrink`,
  ),
  diagnosis(
    "kill-hog",
    2,
    (_, facts) => (facts.hog ? answer("hog", ...killOf(facts.hog)) : unsure("process", ...SEES_PROCESSOR)),
    `@kill the [hog|cpu hog|processor hog|busiest process]
@kill [whoever|whatever|the process that|the program that|the one that] @eat [the|all the|most of the|the most|] [cpu|processor|cpu time]
the [hog|cpu hog|busiest process] [should|must|has to] @die
@kill the [process|program|task] with the [most|highest] [cpu|processor|cpu use|cpu time]
@kill the top [cpu|processor] [user|eater|consumer]
[i want|i need] the [hog|cpu hog] [gone|dead|killed|stopped]`,
    `put an end to the one that monopolises the processor
finish the greediest cpu user
the busiest of the processes has to be ended
whichever task burns the cycles, terminate it
out with the processor hog`,
  ),
  diagnosis(
    "fragmentation-why",
    1.5,
    (_, facts) => answer(facts.fragmented ? "fragmentation" : facts.short ? "pressure" : "calm", ...SEES_BLOCKS),
    `is [the|] memory fragmented
how [bad|strong|high] is the fragmentation
why [can i not|can't i|do i not] [get|allocate|have|find] a [large|big|larger|contiguous] block
why do [large|big|high order] allocations fail
why is there no [large|big|contiguous] [free|] block
is there a [large|big] free block
why [did|does] an allocation fail
are there [large|big] blocks [left|free|]
is [free|] memory [scattered|in pieces|broken up|in small pieces]`,
    `how come a sizable block cannot be had
has memory fallen to pieces
free memory, but no big piece: why
are the free frames spread all over`,
  ),
  diagnosis(
    "fragmentation-remedy",
    2,
    (_, facts) =>
      facts.fragmented ? answer("fragmentation", "memctl compact", "memctl compact --order *") : answer("asked", "memctl compact", "memctl compact --order *", ...SEES_BLOCKS),
    `[large|big|high order] allocations fail, [what should i do|fix it|do something|help|what helps]
@fix the fragmentation
[memory|the memory] is [fragmented|scattered|broken up], [what should i do|fix it|do something|what helps|help]
what [helps|can i do|should i do] against fragmentation
why is there no [large|big] block and what [should i do|can i do|helps]
do something [about|against] [the|] fragmentation
how do i get a [large|big|larger] block [again|]
[large|big] blocks are [gone|missing], [fix it|do something|help]
[how do i|how can i] [reduce|undo|remove] [the|] fragmentation`,
    `free memory lies in crumbs, put it together
there's no sizable block any more, act
which step brings big blocks back
memory has fallen to pieces, mend it
what cures fragmentation
i can't allocate anything large, remedy?`,
  ),
  diagnosis(
    "make-room",
    2.5,
    (_, facts) => ({ ...answer(facts.grower ? "leak" : facts.stalled ? "thrash" : facts.short ? "pressure" : "asked", ...RECLAIM), tolerated: [] }),
    `@free [some|a bit of|more|] [memory|ram] @now
[make|i need] [some|more|] room in memory
i need [more|some more|some] [free|] [memory|ram]
get [me|] [more|some] [free|] [memory|ram]
make [more|some] memory [free|available]
[compress|drop] [cold|unused|idle] pages
reclaim [memory|some memory|what is unused|unused memory]
give [me|us] [more|some] memory [back|]
clean up [the|] memory
memory is [full|nearly full|almost full], make room
increase the free memory`,
    `could some ram be recovered
win a little memory back
press what is idle out of memory
we need breathing room in ram
squeeze the cold pages
memory is tight, get some of it back
more free ram please`,
  ),
  diagnosis(
    "who-died",
    2,
    (_, facts) => answer(facts.oom ? "oom" : facts.crash ? "crash" : "calm", ...SEES_LOG, ...SEES_PROCESSES, "memctl ladder"),
    `[why|how] [was|did] my [process|program|task] [killed|die|end|crash|disappear|stop|gone]
[did|has] [anything|something|any process|a process|a program] [crash|crashed|die|died|been killed|end|fail|failed]
[who|what] [was|got|has been] killed [lately|recently|]
[was|were] [any process|a process|somebody|processes] killed [for lack of memory|]
what happened to my [process|program|task]
where is my [process|program] [gone|]
[why|how] did [it|the program|the process] [crash|die|end|stop]
did the oom killer [strike|act|kill somebody|kill anything]
was there [a crash|an oom|an out of memory|a kill]
which process [was killed|died|crashed]
what [crashed|died]`,
    `my program has vanished, what became of it
did some task meet a sudden end
for what reason is my process no more
tell me of crashes that took place
has somebody been sacrificed for memory`,
  ),
  diagnosis(
    "starving",
    1.5,
    (_, facts) => answer(facts.starving ? "starvation" : "calm", ...SEES_PROCESSOR, "ps", "ps -l"),
    `[does|is] [anything|something|any task|any process|a task|anybody] [starve|starving|waiting too long|not getting its turn]
which [task|process|program] [starves|waits longest|waits too long|does not run|gets no turn|does not get the cpu]
who [starves|waits longest|waits too long|gets no cpu|gets no turn|never runs]
are there starving [tasks|processes]
is a [task|process] [starving|starved|kept waiting]
why does [a task|one process|my task|a process] never [run|get its turn|get the cpu]
is [everybody|every task] getting [a turn|the processor]`,
    `has someone been waiting for ages without running
whose turn never comes
any process that's kept from running`,
  ),
  diagnosis(
    "help-starving",
    2,
    (_, facts) => (facts.starving ? answer("starvation", ...PRIORITY_UP(facts.starving)) : unsure("process", ...SEES_PROCESSOR, "ps", "ps -l")),
    `[help|feed|rescue|save] the [starving|waiting] [task|process|one|program]
give the [starving|waiting] [task|process|one] [more priority|more cpu|a turn|the cpu|a higher priority]
[raise|increase|boost] the priority of [the starving|the waiting|whoever waits longest|the process that waits longest|the task that starves] [task|process|one|]
[a task|a process|something|somebody] [starves|is starving|never runs|waits too long], [help it|do something|fix it|boost it|raise it]
@fix the starvation
let the [starving|waiting] [task|process|one] run
end the starvation
the [starving|waiting] [task|process] should [run|get more cpu|go first]`,
    `whoever is left out should be pushed up
a task never gets its turn, put that right
do something for the one who waits the longest
lift the task that has been waiting for ages`,
  ),
  diagnosis(
    "responsive",
    2,
    (world, facts) => answer(facts.hog ? "hog" : facts.crowd ? "overload" : "asked", ...responsivePolicy(world)),
    `[use|choose|take|switch to] a [better|more responsive|faster|] policy for [short tasks|interactive work|typing|response|interactive tasks]
[make|i want] the scheduler [more responsive|favour short tasks|prefer short tasks|better for interactive work|to be more responsive]
[short|interactive|small] tasks [wait too long|are too slow|should go first|should be preferred], [change|use another] [policy|scheduler|the policy]
[short|interactive|small] tasks should [go first|be preferred|not wait|be fast]
[improve|better] the [response|response time|responsiveness]
which policy [is best|is better|should i use|would you use] for [short tasks|interactive work|response]
prefer [short|interactive] tasks
change to a policy [for|that favours|that prefers] [short tasks|interactive work|interactive tasks]
a policy that [favours|prefers] [short|interactive] tasks
round robin is [bad|too slow] for [short tasks|interactive work|typing], change it`,
    `brief tasks ought to be served sooner, pick a policy for that
scheduling should suit a person who types
find me a scheduler which is quick to answer
i want short work done first
get better response times by another policy
which scheduler makes typing feel quick
a policy kind to interactive programs, please
switch scheduling so that short requests don't wait`,
  ),
  diagnosis(
    "fair",
    1.5,
    (world) => answer("asked", ...["eevdf", "rr"].filter((name) => name !== world.state.policy).map((name) => `schedctl policy ${name}`)),
    `share [the|] [processor|cpu] [fairly|evenly|equally] [among|between|] [all|the|] [processes|tasks|]
[use|choose|switch to|take] a [fair|fairer] [policy|scheduler]
[make|i want] [scheduling|the scheduler] [fair|fairer|be fair]
every [task|process] should get [the same|an equal|a fair] share
all [tasks|processes] should get the same [share|time]
which policy is [fair|fairest]
be fair to [all|every task|all tasks|everybody]
fair [shares|scheduling|scheduler]
divide the [processor|cpu] [fairly|evenly|equally]`,
    `justice among the tasks please
equal parts of the processor to everyone
i'd like a policy under which all get the same
let the cpu be split in a just way
fairness first, choose a policy for it`,
  ),
  diagnosis(
    "throttled",
    1.5,
    (_, facts) => answer(facts.throttled.length > 0 ? "throttled" : "calm", "memctl ladder", ...SEES_PROCESSES, "memctl pressure", "trace --event Throttle"),
    `is [anything|any process|a process|somebody|something] [throttled|slowed down|being throttled|held back] [by the kernel|]
[who|which process] is [throttled|slowed down|held back] [by the kernel|]
does the kernel [throttle|slow down|hold back] [anybody|anything|a process|somebody]
why is [my process|a process|the program] [throttled|slowed down by the kernel|held back]
are [processes|programs] [throttled|slowed down|held back] [by the kernel|]
did the ladder throttle [somebody|anything|a process]`,
    `is some program put on the brake
has the kernel been slowing a process
who is being braked for memory
do growers get held back at present
throttled processes?`,
  ),
  diagnosis(
    "protect-largest",
    1,
    (world) => {
      const p = clearly(world, (q) => q.residentKib, 1024);
      return p && world.shown.includes(p) ? answer("asked", `memctl protect ${p.pid}`, `memctl protect --oom-score -1000 ${p.pid}`) : null;
    },
    `protect the [biggest|largest] [process|program|task] [from the killer|from being killed|]
[never|do not] kill the [biggest|largest] [process|program]
keep the [biggest|largest] [process|program|task] [safe|alive]
the [biggest|largest] [process|program] must [survive|not be killed|be protected]
[guard|save|spare] the [process|program] with the most memory`,
    `the one with the largest memory footprint has to survive
grant protection to the biggest of them
whatever happens, the heaviest program stays alive
put the process that occupies most ram under protection
the killer must leave the largest one alone
safeguard the largest task`,
  ),
  diagnosis(
    "denice",
    1.5,
    (world) => {
      const niced = world.openShown.filter((p) => p.nice !== 0);
      if (world.open.filter((p) => p.nice !== 0).length > 1) return null;
      return niced[0] ? answer("asked", `renice 0 ${niced[0].pid}`) : unsure("process", "ps", "ps -l", "schedctl tasks");
    },
    `[set|put|bring] the [niced|reniced] [process|task|one|program] back to [normal|zero|nice 0|normal priority]
[undo|reset|remove|cancel] the [nice value|renice|niceness|nice]
make the [niced|reniced] [process|task|one] normal [again|]
[all|every] priority back to normal
give [normal priority|nice 0] to the [niced|reniced] [process|task|one|program]
the [niced|reniced] [process|task|program] should [run normally|be normal again|have nice 0|have normal priority]
no nice values any more`,
    `whoever has an unusual priority, return it to zero
the process that was reniced deserves the standard priority again
take back the change of niceness
let the one with a nice value have none
restore the usual priority
priorities to normal, please`,
  ),
  diagnosis(
    "policy-trouble",
    1,
    (_, facts) => answer(facts.ejected ? "policy" : "calm", "modctl list", "schedctl policy", ...SEES_LOG),
    `[was|has] [a|the|any] [policy|module|scheduler] [ejected|been ejected|thrown out|taken off|failed|misbehaved]
why did the [policy|scheduler|scheduling policy] change
why is the [fallback|built-in policy] [active|in use|deciding]
what happened to [the|my] policy
did the policy [fail|crash|misbehave|trap]
is the policy [ok|fine|working]
why was the policy ejected`,
    `has the kernel got rid of a policy
for what reason does the fallback decide
what became of the policy i chose
a policy seems to have been dropped, is that so
trouble with a policy module?`,
  ),
];
