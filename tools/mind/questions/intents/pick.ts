// Which process a question is about.
import type { Random } from "../../../jobs/random.js";
import type { Split } from "../split.js";
import { programName } from "../world/names.js";
import type { Process, World } from "../world/types.js";

/** A process that one may work on, by its pid; now and then one that the encoded text leaves out. */
export function anyPid(world: World, random: Random): Process | undefined {
  const among = random.unit() < 0.85 && world.openShown.length > 0 ? world.openShown : world.open;
  return among.length === 0 ? undefined : random.pick(among);
}

/** A process whose name no other one has; as anyPid, now and then one that the encoded text leaves out until a question names it. */
export function namedProcess(world: World, random: Random): Process | undefined {
  const among = random.unit() < 0.85 && world.openShown.length > 0 ? world.openShown : world.open;
  const unique = among.filter((p) => world.state.processes.filter((other) => bareName(other.name) === bareName(p.name)).length === 1);
  return unique.length === 0 ? undefined : random.pick(unique);
}

/** A process's name as the encoder writes it: the program's. */
export function bareName(command: string): string {
  const first = command.split(" ")[0] as string;
  return (first.split("/").at(-1) as string).replace(/\.wasm$/, "").toLowerCase();
}

/** A number that no process has. */
export function absentPid(world: World, random: Random): string {
  for (;;) {
    const pid = random.unit() < 0.6 ? random.whole(4, 40) : random.whole(4, 400);
    if (!world.state.processes.some((p) => p.pid === pid)) return String(pid);
  }
}

/** A program's name, of those that run elsewhere, which no process here has. */
export function absentName(world: World, split: Split, random: Random): string {
  for (;;) {
    const name = programName(split, random);
    if (!world.state.processes.some((p) => bareName(p.name) === name)) return name;
  }
}
