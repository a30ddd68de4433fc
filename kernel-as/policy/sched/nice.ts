// What a nice value is worth: each step a quarter more of the processor than the next one, as Linux has it since 2.6.23
// (kernel/sched/core.c, the comment above sched_prio_to_weight: "nice levels are multiplicative, 10 % CPU a step, so 1.25").
// Computed from the law, so not Linux's rounded numbers. Not a policy.

/** The share of a task in units of that of nice 0: 1.25 to the power of −nice; 86.7 at −20, 0.0144 at 19. Beyond these as there. */
export function weightOf(nice: i32): f64 {
  const steps = min(max(nice, -20), 19);
  let weight: f64 = 1.0;
  for (let i = 0; i < steps; i++) weight *= 0.8;
  for (let i = 0; i > steps; i--) weight *= 1.25;
  return weight;
}
