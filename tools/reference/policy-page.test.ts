// docs/writing-a-policy.md stays true: its example compiles as it is printed, is metered, loads, and does what its first line says.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ModuleKind } from "../abi/index.js";
import { runGraph } from "../build/graph.js";
import { type Policy as BuiltPolicy, meteredWasm, policies, policySteps } from "../build/policies.js";
import { ROOT } from "../lib/index.js";
import { Rng } from "../sim/rng.js";
import { happen } from "./sched-chaos.js";
import { SchedMachine } from "./sched-machine.js";
import { asking, openSched } from "./sched-policies.js";

const PAGE = readFileSync(join(ROOT, "docs/writing-a-policy.md"), "utf8");
/** Three folders below the repository, as kernel-as/policy/sched is, so that `../../abi` needs one rewriting only. */
const FOLDER = "build/test/policy";
const NAME = "sched_page_example";

let source: string;

beforeAll(async () => {
  source = /<!-- example: burst\.ts -->\n```ts\n([\s\S]*?)```/.exec(PAGE)?.[1] ?? "";
  mkdirSync(join(ROOT, FOLDER), { recursive: true });
  const here = source.replaceAll('from "./', 'from "../../../kernel-as/policy/sched/').replaceAll('from "../../abi/', 'from "../../../kernel-as/abi/');
  writeFileSync(join(ROOT, FOLDER, `${NAME}.ts`), here);
  const policy: BuiltPolicy = { name: NAME, entry: `${FOLDER}/${NAME}.ts`, kind: ModuleKind.Sched, builtIn: false };
  await runGraph(policySteps([policy]), { jobs: 1 });
  expect(meteredWasm(policy)).toContain(NAME);
});

describe("the example of docs/writing-a-policy.md", () => {
  it("has at most 40 lines", () => {
    const lines = source.trimEnd().split("\n").length;
    expect(lines).toBeGreaterThan(20);
    expect(lines).toBeLessThanOrEqual(40);
  });

  it("runs the shortest mean burst first, and weighs by nice", () => {
    const machine = new SchedMachine(asking(openSched(NAME)));
    machine.arrive(1, { burstMeanUs: 900 });
    machine.arrive(2, { burstMeanUs: 300 });
    machine.arrive(3, { burstMeanUs: 500 });
    const order = [2, 3, 1].map(() => {
      const { slot, quantumNs } = machine.decide();
      expect(quantumNs).toBe(5_000_000);
      machine.exit(slot);
      return slot;
    });
    expect(order).toEqual([2, 3, 1]);
    machine.arrive(4, { burstMeanUs: 1000, nice: -5 });
    machine.arrive(5, { burstMeanUs: 400 });
    expect(machine.decide().slot).toBe(4); // 1000 ÷ 3.05 is less than 400
  });

  it("names nobody who may not run, whatever happens", () => {
    const rng = new Rng(77);
    const machine = new SchedMachine(asking(openSched(NAME)));
    for (let step = 0; step < 5000; step++) {
      happen(machine, rng, { slots: 20, nice: true, guard: true, hints: false });
      if (machine.ready().length > 0) machine.decide();
    }
    expect(machine.switches).toBeGreaterThan(500);
  });

  it("the page names every plain policy that there is, and none that there is not", () => {
    const named = [...PAGE.matchAll(/^\| `([a-z_]+)` \|/gm)].map((match) => match[1]);
    const plain = policies().filter(({ entry, name }) => entry.startsWith("kernel-as/policy/sched/") && !name.startsWith("transformer"));
    expect(named.sort()).toEqual(plain.map(({ name }) => name).sort());
  });
});
