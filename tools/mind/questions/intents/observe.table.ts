// Requests to see something. The command does not depend on the state.
import type { Intent } from "./types.js";

interface Seen {
  name: string;
  /** the first is what training aims at */
  commands: readonly string[];
  weight?: number;
  train: string;
  held: string;
}

const SEEN: readonly Seen[] = [
  {
    name: "ps",
    commands: ["ps", "ps --all", "ps -l", "ps --all -l", "schedctl tasks"],
    weight: 2,
    train: `@show [all|the|all the|every|] [running|active|] [process|processes|programs|tasks] @now
which [processes|programs|tasks] [are there|run|are running|exist|are alive|do we have]
what is running [here|on this machine|at the moment|right now|]
what [processes|programs|tasks] [are running|exist|do i have|are there|are active]
process list[ please|]
[the|a] list of [processes|running programs|tasks]
how many [processes|programs|tasks] [are there|are running|exist|run]
ps
run ps
[who|what] is [alive|active|there]
what [pids|process ids|process numbers] [are there|exist|are in use]
@look [the processes|the process table|running programs|what runs]
process table
which pids [exist|are taken|are in use]
[name|enumerate|count] [all|the|] [processes|running programs|tasks]
i want to know which [programs|processes|tasks] [run|are running|exist]
overview of [processes|running programs|the tasks]
what programs [did|have] i start[ed|]`,
    held: `which programs have been started and still live
enumerate everything that executes at present
let's have the table of processes
what's going on here, who is running
give an overview of the tasks on this box
i'd like the pids of all programs
names and pids of the running things
can you tell which tasks are alive
processes?`,
  },
  {
    name: "ps-long",
    commands: ["ps -l", "ps --all -l"],
    train: `@show [the|all|] processes [with|and] [their|] [scores|oom scores|all details|full details|more details|every column|faults|growth] @now
ps with [details|scores|all columns|everything|growth|long rows]
[detailed|long|full|verbose|extended] [list of processes|process list|ps]
who would be killed [first|next] [when|if] memory runs out
which process [would be killed|is killed|will be killed|would the killer take] [first|next|if memory runs out]
oom [score|scores] of [all|the|] processes
what are the [oom|kill|killer's|] scores [of the processes|]
which process has the [highest|worst] [score|oom score|kill score]
@show [the|] process details
long listing of [processes|tasks|programs]
how [fast|quickly] does each process grow
ps -l
who is the [next|first] victim [of the oom killer|when memory ends|]
@show how much each [process|program|task] grows`,
    held: `process table in the long form
who comes first on the killer's list
i want oom scores beside each pid
whom would the kernel sacrifice if memory ended
growth of every process in detail
list processes with more columns`,
  },
  {
    name: "free",
    commands: ["free", "free -h", "free --human", "memctl status"],
    weight: 2,
    train: `how much @mem [is free|is left|is available|do we have|remains|is unused|is there] @now
[free|available|remaining|unused] @mem[?|]
@show [the|] [free|available|remaining|used] @mem @now
how much [space|room] is [left|free] in @mem
@mem [usage|use|in short|summary|overview|left]
how [full|empty] is @mem
how much @mem [is used|is in use|is taken|do we use|is occupied]
what is the [free|available|used] @mem
[do|have] we [have|got] [enough|any|much] @mem [left|free|]
free
run free
is there [any|enough|some] free @mem
total and free @mem
amount of [free|used|unused] @mem
@look [free|the free|available] @mem
how many [megabytes|mb|bytes|pages] [are|is] [free|left|available|unused]
@tell how much @mem is [left|free|used]
how big is [the|our|] @mem`,
    held: `what amount of ram is still unused
any ram left over?
how many megabytes can still be given out
quick summary of memory please
do i have ram to spare
how much of the memory has been taken so far
tell me the remaining ram
used versus available memory
what's free`,
  },
  {
    name: "memctl-status",
    commands: ["memctl status"],
    train: `@show [the|] [detailed|full|complete|exact|whole] [memory|ram|frame] [status|statistics|counters|figures|numbers|accounting|report] @now
[detailed|full|complete] memory [status|statistics|report|figures]
memory status [in detail|with all counters|in pages]
memctl status
how many [frames|pages] are [movable|of the kernel|page tables|used by the kernel|managed]
how [fragmented|scattered|broken up] is @mem
[what is|@show] the [largest|biggest] free block
how many [allocations|frees|allocation failures] [have there been|since boot|were there]
how much memory [do page tables|does the kernel|do files] [take|use|need]
what is the fragmentation[ of memory|]
how many [compactions|allocations] [ran|were done|have run]
@show frames by use
memory [breakdown|by kind|by use|split by use]
fragmentation [figure|value|now|]
where does [the|all|] memory go: [user|kernel|files], tables`,
    held: `every counter about frames you have
give me the thorough memory report
largest block that is unoccupied
what share of frames belongs to the kernel
number of failed allocations since boot
tell me the fragmentation in percent`,
  },
  {
    name: "memctl-orders",
    commands: ["memctl orders"],
    train: `@show [the|] free blocks [by|of each|per|for each] order @now
how many [free|] blocks [are there of each order|of each size|of every order are free]
@show the [buddy|] [allocator|free lists|buddy allocator|buddy lists]
[buddy|free] lists[ please|]
what [orders|block sizes] are free
free blocks [by size|by order and zone|by zone|per size]
memctl orders
state of the [buddy allocator|free lists|allocator]
which block sizes [are|do we have] free
how does the [buddy allocator|buddy system] look
@look the [free lists|buddy allocator|orders]
blocks [of|in] each zone`,
    held: `break the free blocks down by order
what do the allocator's lists look like
how are free blocks spread over the sizes
buddy state
number of free blocks in the movable zone
for each order, what is free`,
  },
  {
    name: "memctl-check",
    commands: ["memctl check"],
    train: `[check|verify|validate|prove|audit|test] [the accounting|the frames|all frames|memory accounting|that no frame is lost|every frame|the memory accounting|memory consistency] @now
is [every frame accounted for|any frame lost|a frame lost|the accounting right|memory consistent|the memory accounting correct]
run [a|the] [memory|] [self check|self test|consistency check|check of the frames]
memctl check
are [all frames|all pages] accounted for
do the frame counters [add up|agree|match]
has [a|any] frame [been|got] lost
did we lose [frames|a frame|pages]
self check of [memory|the allocator]
[look for|find|search for] [lost frames|inconsistencies|errors in the accounting|accounting errors]
does the [memory|frame|] accounting [hold|add up|agree|balance]`,
    held: `make sure no page went missing
audit of every page frame
walk the frames and tell me whether the sums agree
consistency of the allocator, verify it
any frames unaccounted for`,
  },
  {
    name: "memctl-zpool",
    commands: ["memctl zpool"],
    train: `@show the [compressed|] [pool|zpool|pool of compressed pages|compressed pages|compressed memory] @now
how many pages are compressed
how [well|much|good] [does|do|is] [compression|pages compress|the compression] [work|save|gain|bring]
[compression|zpool|compressed pool] [statistics|status|figures|ratio|state|counters]
what is [in the zpool|in the compressed pool|the compression ratio|the state of the compressed pool]
how much memory [did|does|has] [compression|compressing|the zpool|the compressed pool] [gain|save|saved|gained|win]
memctl zpool
how big is the [zpool|compressed pool]
@look the [zpool|compressed pool|compression]
are [there|any] [compressed pages|pages compressed]
how many pages [lie|are|sit] in the [pool|zpool|compressed pool]`,
    held: `what does compressing pages bring us
pages held in compressed form
zpool numbers
tell me about the pool where cold pages go
is compression worth anything here
how full has the compressed pool become`,
  },
  {
    name: "memctl-pressure",
    commands: ["memctl pressure"],
    train: `@show [the|] memory pressure @now
how [long|much time|much] [do|did|have] [processes|programs|tasks] [wait|waited|stalled|stall] for memory
[memory|] pressure [figures|numbers|statistics|status|stall|]
memctl pressure
[how high|how large|what] is the [memory|] pressure
do [processes|programs|tasks] wait for memory
[psi|stall time|stalls] of memory
time [spent|lost] waiting for memory
is [anybody|somebody|any process|anyone] waiting for memory
how many processes [wait|are waiting|are stalled] for memory
how [much|long] [is|was] [lost|stalled] [for|by] [lack of|missing] memory
@look the [memory|] pressure`,
    held: `for how long were tasks stalled on memory
stall figures please
what's the pressure like
waiting time caused by missing memory
does anything stall because pages are missing
share of time lost to memory stalls`,
  },
  {
    name: "memctl-ladder",
    commands: ["memctl ladder"],
    train: `@show the [reclaim|] ladder @now
[rungs|the rungs|steps] of the [reclaim|] ladder
what [did|has] the [reclaim|] ladder [do|done]
memctl ladder
which rungs are [on|there|in use|active]
how often did the kernel [compress|throttle|compact|drop|kill]
what [is|was] the order of the [rungs|ladder]
state of the [reclaim|] ladder
how does the kernel [reclaim|take back] memory
what did reclaim [do|gain|bring]
@look [the|] [reclaim|ladder|reclaim ladder|rungs]
how often was [a process|somebody|anybody] throttled`,
    held: `which steps does reclaim take, in order
how far did the kernel climb its ladder
what has been reclaimed by each rung
tell me the present order of the rungs
how many throttles did the reclaim ladder make
rungs?`,
  },
  {
    name: "memctl-limits",
    commands: ["memctl limits"],
    train: `@show the [limits|numbers|settings|parameters] of [reclaim|the ladder|the reclaim policy|the reclaim ladder] @now
memctl limits
[reclaim|ladder] [limits|settings|parameters|numbers|tunables]
what are the [limits|settings|parameters|tunables] of [reclaim|the ladder|the reclaim policy]
which [limits|numbers|parameters|settings] [does|has] [reclaim|the reclaim policy|the ladder] [have|use|]
@look the [reclaim limits|limits of reclaim|ladder's limits]
what can be [tuned|set|changed] [in|about] [reclaim|the ladder|the reclaim policy]
list all memory limits
how is [reclaim|the ladder|the reclaim policy] [configured|tuned|set up]`,
    held: `configuration values behind the reclaim policy
all tunables of the ladder, please
what bounds hold for reclaiming
with what numbers does reclaim work
print reclaim's parameters
settings of memory reclaim`,
  },
  {
    name: "crashctl-status",
    commands: ["crashctl status"],
    weight: 1.5,
    train: `@show the [crash|memory|] [prediction|predictor|forecast|risk|risk level|predictor status] @now
what does the [crash|] predictor [say|think|expect|predict|tell]
[crash|] predictor [status|state|]
crashctl status
what is the [risk|crash risk|current risk|risk level|danger]
how [high|large|great|big] is the [risk|risk of running out|danger|crash risk]
status of the [crash|] predictor
how [confident|sure] is the predictor
is the [kernel|machine|system] about to crash
[current|present] [risk|prediction|forecast]
what does the kernel [predict|expect|forecast]
how likely is a crash
@look the [prediction|risk|forecast|predictor]
time to exhaustion
[how long|how much time] until memory is exhausted
when will memory [run out|be exhausted|end]
does the predictor [warn|see danger|say anything]`,
    held: `current forecast of the crash predictor
what level of risk do we have
confidence that the machine will fall over
in how many seconds is memory gone according to the predictor
tell me what is predicted
is there danger ahead
prediction please
what recommendation does the predictor make
risk?`,
  },
  {
    name: "crashctl-history",
    commands: ["crashctl history"],
    train: `@show the [history of|last|past|earlier|former] predictions @now
[prediction|predictor|crash] history
how [accurate|good|right|reliable|precise] [is|was|has been] the [crash|] predictor
crashctl history
what did the predictor say [before|earlier|so far|in the past]
which predictions [came true|were right|were wrong|failed]
accuracy of the [predictor|predictions|warnings]
how many [false alarms|false warnings|warnings|predictions] [were there|did it give|have there been]
was the predictor right
@look [past|earlier|old|the last] [predictions|warnings]
what became of the [warnings|predictions]
precision and recall of the [predictor|warnings]`,
    held: `did earlier warnings turn out to be correct
how often has the predictor been wrong
track record of the predictor
past warnings and what happened afterwards
the predictor's hits and misses
can the predictor be trusted, judging by its past`,
  },
  {
    name: "schedctl-status",
    commands: ["schedctl status"],
    train: `@show the [scheduler|scheduling] [status|statistics|figures|numbers|state] @now
scheduler [status|statistics|state|figures]
schedctl status
how many [switches|context switches|turns|task switches] [are there|were there|have there been|since boot]
what does a [scheduling|] decision cost
[response|mean response|median response|slowdown] [time|times|] of [the|] [requests|tasks]
how [good|long|fast] is the response[ time|]
what is the [response time|slowdown|idle time|switch rate]
state of the scheduler
how is the scheduler [doing|going|performing]
@look the scheduler[ statistics|'s figures|]
how much time is idle
how does the scheduler [perform|do]`,
    held: `number of context switches up to now
response and slowdown, what are they
figures of the scheduler
is the scheduler performing well, give its numbers
price of one decision of the scheduler
how does scheduling fare`,
  },
  {
    name: "schedctl-policy",
    commands: ["schedctl policy"],
    weight: 1.5,
    train: `which @policy [is active|is in use|decides|is used|is on|runs|do we have|is running|is chosen|is it]
what @policy [is active|is in use|decides|is used|is on|do we use|are we using|is running]
@show the [active|current|present|] @policy @now
[current|active|present] @policy
schedctl policy
which [scheduling|] policies [are there|exist|can i choose|are available|are known|can be used]
@show [all|the|] [available|] [scheduling|] policies
who decides [what runs next|which task runs|who runs next|about the processor]
what is the @policy
which [algorithm|scheduler] [schedules|decides]
what are my options for the @policy
list [of|] [scheduling|scheduler] policies
are we on [round robin|mlfq|eevdf|the transformer]
which @policy am i on`,
    held: `by which policy are tasks scheduled
name the scheduler that is deciding at present
what choices of scheduler are there
is the transformer policy the one in charge
policies that could schedule
who picks the next task
what schedules this machine
available schedulers?
tell me the scheduling policy of today`,
  },
  {
    name: "schedctl-tasks",
    commands: ["schedctl tasks", "schedctl tasks -l"],
    train: `@show the tasks [with|and] their [accounts|bursts|waiting times|waits|processor times|scheduling accounts] @now
[scheduling|scheduler] accounts of [the|all|each] [tasks|task]
schedctl tasks
how long [has each task waited|did each task wait|do tasks wait]
what has each task [used|waited|run]
task [accounts|accounting|table of the scheduler]
how many bursts has each task
@show waiting time [of each|per] task
tasks of the scheduler
which tasks [wait|are waiting|are ready|are blocked|are runnable]
@look the scheduler's tasks
who is waiting for the [processor|cpu]
ready tasks`,
    held: `accounts per task kept by the scheduler
for each task: waits, bursts, time
what does the scheduler know of the tasks
runnable tasks at the moment
scheduler's view of every task`,
  },
  {
    name: "schedctl-images",
    commands: ["schedctl images"],
    train: `@show what is known of [programs|images|the images|each program]
[history|histories] of [programs|images|requests|the images]
schedctl images
how long do [programs|images|requests of programs] usually [take|run]
@show the [images|program histories|request histories|image histories] @now
what does the scheduler know [of|about] [programs|images]
which [images|program images] are known
usual [length|run time|duration] of [programs|requests|each image]
learned history of [images|programs]`,
    held: `typical run times per program image
what has been remembered about programs
known images
request history for each program
how long does a program's request last on average
histories the scheduler keeps of images`,
  },
  {
    name: "schedctl-explain-last",
    commands: ["schedctl explain last"],
    train: `[explain|why was|@show] the last [scheduling|scheduler's|] decision @now
why did the scheduler [choose|pick|take] [that|this|the last] [task|one]
[explain|justify] the [latest|last|most recent|newest] decision [of the scheduler|]
schedctl explain last
what was the [last|latest|most recent] decision of the scheduler
why was [this task|that task|the last one] [chosen|picked|scheduled]
how did the scheduler [decide|come to its last decision] [last|the last time|]
@show why the [last|latest] task was [chosen|picked]`,
    held: `reason behind the scheduler's most recent choice
who could have run at the last decision and what was made of each
the latest pick of the scheduler, explained
on what grounds was the last task selected
walk me through the last scheduling decision
last decision, please explain`,
  },
  {
    name: "schedctl-transformer",
    commands: ["schedctl transformer", "schedctl transformer stats", "schedctl transformer stats --verbose", "schedctl transformer --verbose"],
    train: `@show the [transformer|transformer's|learned policy's|learner's] [stats|statistics|figures|status|numbers|counters] @now
how [is|does] the [transformer|learned policy|learner] [doing|do|learn|perform|learning]
[transformer|learner] [stats|statistics|status|figures]
schedctl transformer stats
is the [transformer|learner|learned policy] learning
how many [examples|steps] [has|did] the [transformer|learner] [learned|learn|made|seen|make]
what is the [loss|learning rate|learner's loss|transformer's loss]
@look the [transformer|learner|learned policy]
how [well|much] [does|did|has] the [transformer|learned scheduler] [learn|learned|improve]
state of the learner`,
    held: `loss and steps of the learned scheduler
has the transformer been learning anything
statistics about the policy that learns
how is training of the transformer going
learned policy: decisions and agreement`,
  },
  {
    name: "schedctl-weights",
    commands: ["schedctl weights"],
    train: `@show the weights [in use|of the policy|of the transformer|of the scheduler|] @now
which [weights|version of the weights|weight version] [are|is] in use
schedctl weights
version of the weights
[were|have] weights [rolled back|been rolled back|refused|committed]
how many [rollbacks|commits|reverts] [of weights|] [were there|have there been]
state of the weights
@look the weights
what weights does the [transformer|policy|scheduler] [use|have]
are the weights on trial`,
    held: `weights: version, guard and rollbacks
has there been a rollback of weights
the weights that decide now
which weights has the policy loaded
tell me about the policy's weights`,
  },
  {
    name: "schedctl-shadow-compare",
    commands: ["schedctl shadow", "schedctl shadow compare"],
    train: `[compare|@show] the shadow [policy|] [with|to|against|and] the [active|deciding|real] [one|policy] @now
how often [did|does|do] the shadow agree
schedctl shadow compare
@show the shadow's [results|comparison|figures|agreement]
what would the shadow [policy|] have [done|gained|chosen|won]
shadow [comparison|agreement|results|policy results|figures]
is the shadow [policy|] better
how [good|well] is the shadow [policy|]
does the shadow agree [with the policy|]
@look the shadow[ policy|]`,
    held: `agreement between shadow and deciding policy
had the shadow decided, what would be different
verdict on the shadow so far
shadow versus the one in charge
would the policy in the shadow be an improvement
how does the shadow fare`,
  },
  {
    name: "modctl-list",
    commands: ["modctl list"],
    train: `@show [the|all|] [modules|policy modules|loaded modules] @now
which [modules|policy modules] are [loaded|there|active|available|in use]
[loaded|active|policy|] modules
modctl list
what modules [are there|exist|do we have|are loaded]
was a [module|policy] ejected
which [memory policy|predictor|crash predictor module] is active
@look the modules
list of modules [with state|with their engines|]
did [a|any] module [fail|trap|make errors|get ejected]
errors of [the|] modules
how many modules are loaded`,
    held: `state and engine of each module
are there modules that failed
inventory of policy modules
everything modctl knows
what has been loaded as a module
has any module been thrown out`,
  },
  {
    name: "version",
    commands: ["version"],
    train: `[which|what] version [is this|of ganglion is this|runs|do we run|is running|is it|am i on]
@show the [version|kernel version|build version|interface hash] @now
version
what [kernel|system|os] is this
which [processor|cpu|loader] [does this machine have|is this|do we run on|booted us]
@tell the version
what is the [version|interface hash|abi hash|processor model]
kernel version
version number[ please|]
what [kind of|] [processor|cpu] is [in here|this|in this machine]
how was this kernel [booted|loaded]`,
    held: `what release of the kernel am i talking to
by which loader were we started
name and version of this system
what processor model is underneath
which ganglion is it`,
  },
  {
    name: "uptime",
    commands: ["uptime"],
    train: `how long [has|is] [the @machine|it|this machine] [been|] [up|running|on]
uptime
@show the uptime @now
when [was|did] [the @machine|this machine|it] [boot|booted|start|started]
time since [boot|start|the start|the last boot]
how long since [boot|the boot|start|reboot]
[what is|@tell] the uptime
since when [is|does] the @machine [up|run|running]
how [long|many seconds] [have we been|are we] [up|running]
age of this [boot|session of the machine]
up time
how many seconds since boot`,
    held: `for how long have we been up
moment of the last boot, how far back
since when are you on
running time of the machine`,
  },
  {
    name: "dmesg",
    commands: ["dmesg"],
    train: `@show the [kernel|] [log|kernel log|messages|kernel messages|kernel's messages|system log] @now
[kernel|system] [log|messages]
dmesg
what did the kernel [say|print|log|write|report]
what is in the [kernel log|log]
@look the [kernel|system|] log
[kernel|system] messages please
print the [whole|full|complete|entire] [kernel|] log
did the kernel [say|report|log] anything
messages of the kernel`,
    held: `what has the kernel been saying
full log of the kernel
let me go through the system messages
what is written in the log
whatever the kernel logged`,
  },
  {
    name: "trace",
    commands: ["trace"],
    train: `@show the [trace|event trace|events|last events|recent events|latest events|newest events|kernel events] @now
what [happened|has happened|went on] [lately|recently|just now|last]
trace
[recent|latest|last|newest] [events|kernel events]
which events [were there|happened|happened recently|came last]
@look the [trace|events|recent events]
event [log|list|trace|history]
what [events|things] [happened|occurred]
what did the kernel do [lately|last|just now|recently]
what was the kernel doing`,
    held: `the newest entries of the trace
what's been happening in the kernel of late
events, most recent ones
recent activity of the kernel
let me have the event trace
what just occurred`,
  },
  {
    name: "stats",
    commands: ["stats"],
    train: `@show [all|the|all the|] [counters|counters and histograms|kernel counters|kernel statistics|statistics|histograms] @now
stats
[kernel|all] [counters|statistics|histograms]
what do the counters say
counters and histograms
@look the [counters|histograms|kernel statistics]
all [statistics|numbers] of the kernel
how many [system calls|syscalls|page faults|faults|interrupts] [were there|have there been|happened]
what has the kernel counted
general statistics
count of [page faults|system calls]`,
    held: `each counter and histogram you hold
kernel-wide statistics please
the counting registers of the kernel
what statistics are kept
histogram overview`,
  },
  {
    name: "df",
    commands: ["df", "df -h"],
    train: `how [full|big|large] [are|is] the [file systems|file system|disk|disks]
@show [the|] [file systems|disk use|disk space|disk usage|mounts|file system use] @now
df
[disk|file system] [space|use|usage]
how much [disk space|space on disk|room on the file system|space in tmp|room in tmp] [is left|is free|do we have|is there]
[free|used] [disk space|space on the file systems]
which file systems are [mounted|there]
[is|are] the [disk|tmp|file system] full
@look the [mounts|file systems|disk space]
space left on the [disk|file system]
what is mounted`,
    held: `size and use of every mount
can i still store files in /tmp
file systems and how much of them is taken
is there disk space to spare`,
  },
  {
    name: "ls",
    commands: ["ls", "ls -l", "ls -a", "ls -la", "ls -1", "ls /", "ls -l /"],
    train: `@show the files [here|in this directory|] @now
which files are [here|there|in this directory]
ls
list files
what is in this [directory|folder]
[files|names] in [this|the current] [directory|folder]
@show the [directory|folder|names in this directory|current directory]
contents of [this|the current] [directory|folder]
which files [exist|do i have|do we have]
directory [listing|contents]
@look [this|the current] [directory|folder]
what files are there`,
    held: `names of the files around here
contents of the folder i am in
are there any files here
what does the current directory hold
let me see which files there are`,
  },
  {
    name: "help",
    commands: ["help"],
    train: `help
@show [the|all|] commands
what can [i|you] [do|type|ask|say]
which commands [are there|exist|do you know|can i use|can i type|are known]
what commands [are there|exist|do i have]
i need help
list [of|the] commands
how does this [shell|machine] work
what [are|is] [the|] [possible|available] commands
help me[ please|]
how do i use this [shell|thing|system]
@look the [help|commands]
overview of [the|] commands`,
    held: `i'm new here, where do i begin
everything i may type
commands available in this shell
could you help
which words does the shell know`,
  },
  {
    name: "pwd",
    commands: ["pwd"],
    weight: 0.5,
    train: `[which|what] [directory|folder] [am i in|is this|are we in]
where am i
pwd
@show the [current|working|present] [directory|folder]
[current|working] directory
what is my [working|current] [directory|folder]
which is the [current|working] [directory|folder]
path of this [directory|folder]`,
    held: `in which folder does the shell stand
where do relative paths begin
name of the directory i'm in
the path where i am
what folder is this session in
my present folder?`,
  },
];

export const OBSERVE: readonly Intent[] = SEEN.map(({ name, commands, weight, train, held }) => ({
  name,
  area: "observe" as const,
  ...(weight === undefined ? {} : { weight }),
  train,
  held,
  ask: () => ({ slots: {}, cause: "look", accepted: commands }),
}));
