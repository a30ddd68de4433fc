// Training's third list: what the first two were weak at on validation. Questions to which it is right to abstain, beside those that look like them and are
// to be answered; and "stop it" after something was said, and after nothing was.

/** Templates a line, by intent. */
export const THIRD: Readonly<Record<string, string>> = {
  "which-process": `[stop|end] [it|that|this] [already|finally|at last|for good]
[just|now] [stop|end|quit|finish] [it|that|this|him|her]
[make|let] [it|that] [stop|end|go away|die]
[can|could|will|would] you [stop|end|quit|halt] [it|that|this|that thing|this one] [now|at last|]
[it|that|this] [needs|has|ought] to [stop|end|go|die]
[i want|i need|i would like] [it|that|this one] [to stop|stopped|dead|gone|ended]
[stop|end|kill] the [thing|running one|program|process|job|task] [i started|from before|that i mean|over there|]
[that|the] [process|program|task|job] [there|] [should|must|has to] [stop|end|go]
[protect|guard|spare|keep] [that one|this one|my process|my program|the important one|the other one]
[give|grant] [that one|this one|the process|my program] [more|less] [cpu|priority|time|memory]
[give|grant] [that one|my process|it] [10m|4 mb|32 mb|some] of memory
[lower|raise|change] [its|his|their|that one's] [priority|nice|nice value]
[put|set] [it|that one|this one] [to|at] nice [5|10|-5|12]
[which one|who] [shall|should] i [kill|stop|end] [if i want to|]
[this|that] [annoys|bothers|disturbs] me, [stop|end|kill|remove] it
[end|stop|kill] [one of them|one of these|any of them|a random one|somebody]
[kill|stop] [my|his|their|our] [program|process|job]
[renice|protect|kill|boost] the [program|process|task|first one|second one|last one|same one|right one]`,
  "no-such-pid": `[stop|end] [it|this]: {pid}
[process|pid|task|] {pid} [annoys|bothers|disturbs] me, [stop|end|kill|remove] it
[can|could|will|would] you [stop|end|kill|quit|halt] [process|pid|task|number|] {pid} [now|at last|]
[just|now] [stop|end|quit|finish] [process|pid|task|number|] {pid}
[give|grant] [process|pid|] {pid} [more|less] [cpu|priority|processor time]
[give|grant|reserve] [8m|16 mb|4m|32 megabytes] [to|for] [process|pid|] {pid}
[guard|spare|keep|save] [process|pid|task|] {pid} [from the killer|from the oom killer|]
@set [process|pid|task|] {pid} [to|at] nice {nice}
make {pid} [nicer|faster|slower|less important|more important]
[process|pid|task|] {pid} is [important|not important|urgent|useless|unwanted]
the priority of {pid} [should|must] [go|come] [up|down]
@set the oom score of {pid} to [100|500|-300|-1000]
[end|remove|lift] the protection of [process|pid|] {pid}
@kill number {pid}
i [want|wish|need] to @kill [process|pid|task|] {pid}
@kill the [process|task|program] with [pid|the pid|number|the number] {pid}`,
  "kill-pid": `[process|pid|task|] {pid} [annoys|bothers|disturbs] me, [stop|end|kill|remove] it
[can|could|will|would] you [stop|end|kill|quit|halt] [process|pid|task|number|] {pid} [now|at last|]
[just|now] [stop|end|quit|finish] [process|pid|task|number|] {pid}
[stop|end] [it|this]: {pid}
[look|see] at {pid}? no, [stop|end|kill] it
{pid} [is broken|hangs|is stuck|runs wild|misbehaves], [stop|end|kill] it
it is {pid} that [i want|i need] [stopped|ended|killed|gone]`,
  "kill-name": `{name} [annoys|bothers|disturbs] me, [stop|end|kill|remove] it
[can|could|will|would] you [stop|end|kill|quit|halt] [the|] {name} [now|at last|]
[just|now] [stop|end|quit|finish] [the|] {name}
[stop|end] [it|this]: {name}
{name} [is broken|hangs|is stuck|runs wild|misbehaves], [stop|end|kill] it
it is {name} that [i want|i need] [stopped|ended|killed|gone]
[stop|end] it, {name} i mean`,
  "no-such-name": `{nobody} [annoys|bothers|disturbs] me, [stop|end|kill|remove] it
[can|could|will|would] you [stop|end|kill|quit|halt] [the|] {nobody} [now|at last|]
[just|now] [stop|end|quit|finish] [the|] {nobody}
[stop|end] [it|this]: {nobody}
{nobody} [is broken|hangs|is stuck|runs wild|misbehaves], [stop|end|kill] it
it is {nobody} that [i want|i need] [stopped|ended|killed|gone]
[give|grant] {nobody} [more|less] [cpu|priority|processor time]
[guard|spare|keep|save] {nobody} [from the killer|from the oom killer|]
@set {nobody} [to|at] nice {nice}
make {nobody} [nicer|faster|slower|less important|more important]
{nobody} is [important|not important|urgent|useless|unwanted]
{nobody} should [get less cpu|get more cpu|run faster|run slower|be nicer]
renice {nobody} to {nice}
{nobody} must [not be killed|never be killed|survive|be protected]
i [want|wish|need] to @kill {nobody}
@kill the {nobody} [process|program|task]`,
  guarded: `{name} [annoys|bothers|disturbs] me, [stop|end|kill|remove] it
[process|pid|task|] {pid} [annoys|bothers|disturbs] me, [stop|end|kill|remove] it
[can|could|will|would] you [stop|end|kill|quit|halt] [process|pid|task|number|] {pid} [now|at last|]
[can|could|will|would] you [stop|end|kill|quit|halt] [the|] {name} [now|at last|]
[just|now] [stop|end|quit|finish] [process|pid|the|] [{pid}|{name}]
[stop|end] [it|this]: [{pid}|{name}]
{name} [is broken|hangs|is stuck|runs wild|misbehaves], [stop|end|kill] it
@kill the [process|task|program] with [pid|the pid|number|the number] {pid}
@kill [the {name}|{name}] [process|program|task]
@kill the [protected|guarded] [process|program|task|one]
i [want|wish|need] to @kill [process|pid|task|] {pid}
[remove|end|drop] [process|pid|] {pid} [although|even if|even though] it is [protected|guarded]
[please|] @kill {pid} [anyway|all the same|no matter what]
[make|let] [the shell|the mind|yourself] [die|end|stop|go away]
[can|could] you [stop|end|kill] [yourself|the shell|the mind]
kill -9 {pid}
[send|give] a [kill|kill signal|term signal] to [process|pid|] {pid}`,
  everything: `[stop|end|kill|halt] [it all|all of it|all that there is|whatever runs|whatever is running]
[can|could|will|would] you [stop|end|kill] [everything|all processes|all programs] [now|at last|]
[just|now] [stop|end] [everything|all of them|every process|every program]
[i want|i need] [all processes|everything|all of them|every program] [gone|stopped|killed|ended]
[lower|raise] the priority of [everything|all processes|everybody|every program]
[all|every one] of them [must|should] [die|go|end|stop]
[as|being] [root|admin|the owner] i [order|command] you: [kill|end|stop] [all|everything|every process]
[give|grant] [everybody|everything|all processes] [nice 5|more cpu|less cpu|16 mb]`,
  "which-value": `@set the [nice value|nice|priority|oom score] of [process|pid|] {pid} to [something|another value|what is best|the right value|whatever you like|]
[change|alter|modify] [pid|process|] {pid}'s [nice value|nice|oom score|reserve|score]
[put|give] {pid} [a|another|the right|a better] nice
nice for {pid}
[run|start] [primes|sort|hello|words] with [a limit|a memory limit|a limit of memory|less memory|some memory]
[run|start] [primes|sort|hello|tree] [at|with] [a nice value|another priority|some nice value]
[reserve|set aside|keep] [memory|some memory|a bit of memory|a few megabytes] for {pid}
[limit|change|raise|lower] [scan-ms|throttle-ms|grace-ms|cold-scans|least-gain|the scan interval|the grace time]
@set [scan-ms|throttle-ms|grace-ms|cold-scans|least-gain|age-seconds] [to something else|to another value|differently|]
@set the [threshold|warning threshold|learning rate] [to something else|to another value|better|differently|]
[learning rate|threshold] [please|now|]
give {pid} nice [of|] [twenty five|thirty|fifty|-40|77|1000]
renice {pid} to [a lot|the maximum possible|nothing|something|x|n]
compact to [an order|some order]
oom score for {pid}`,
  "which-target": `[turn on|enable|install|adopt|activate|choose] [the|] {unknown} [scheduler|policy|scheduling|]
[switch|change] [the scheduler|the policy|scheduling|] to {unknown}
[schedule|decide] [with|by|like|using] {unknown}
[try|use|test] {unknown} [as the shadow|in the shadow|] [please|]
[pick|choose|select] [a|another|some|the best|any] [policy|scheduler|scheduling policy]
[i want|i need|give me] [another|a different|a faster|a new] [policy|scheduler]
is there [a|the] {unknown} [policy|scheduler], use it
[swap|exchange] [it|the policy|the predictor] for [another|something else|{unknown}]
[load|install|unload] [the module|module|] {unknown}
[start|run] [some|any] program
[run|start|launch] the program {nobody}
[let|have] {nobody} run
[print|show|open|read|list] [this file|a file of mine|some file|that folder|a folder]`,
  "no-detail": `[stop|halt|wait|enough] [there|now|please|already|]
[stop|end|quit] [that|this|] [right|] now
[do|change|fix] [something|anything|whatever] [please|now|quickly|]
[do not|never] [do|stop|try] [that|it|this]
[not|never] [that|this|now|again]
[and|so|well] [now|then|what]
[could|would] you [do|change|set] [it|that|this]
[come|move] [ahead|on|back]
[try|do] [it|that|something] [differently|another way|otherwise]
[what|which] [one|do you mean|did you say]
[i|we] [do not|don't] know
[is it|are you] [there|done|sure|ready]
[never mind|forget it|not so important|leave it|skip it]`,
  "stop-leak": `[memory|something|a process] [is leaking|leaks|is growing], [stop|end|kill] it
[stop|end|kill] it, [it|the process] [leaks|grows|eats all memory]
there is a [leak|memory leak|leaking process], [stop|end|kill|finish] [it|that]
[can|could|would] you [stop|end|kill] [the leak|what leaks|the process that leaks|what eats up memory]
[stop|end|kill] the one that [leaks|is leaking|grows|is growing|takes ever more memory]
[whatever|whoever] [leaks|grows], [stop|end|kill] it`,
  "kill-hog": `[something|a process] [hogs|occupies|burns] the [cpu|processor], [stop|end|kill] it
[stop|end|kill] the one that [hogs|burns|occupies|takes] the [cpu|processor|whole processor]
the [cpu|processor] is [hogged|occupied|blocked], [kill|end|stop] [it|whoever does that]`,
  "kill-largest": `[stop|end|kill] the one that [has|holds|occupies|takes] most [memory|ram]
[whatever|whoever] [holds|has] most memory, [stop|end|kill] it`,
};
