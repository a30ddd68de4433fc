// Which process a question is about.
import type { Random } from "../../../jobs/random.js";
import type { Process, World } from "../world/types.js";

/** A process that one may work on, by its pid; now and then one that the encoded text leaves out. */
export function anyPid(world: World, random: Random): Process | undefined {
  const among = random.unit() < 0.85 && world.openShown.length > 0 ? world.openShown : world.open;
  return among.length === 0 ? undefined : random.pick(among);
}

/** A process whose name no other one has, and that the encoded text names. */
export function namedProcess(world: World, random: Random): Process | undefined {
  const unique = world.openShown.filter((p) => world.state.processes.filter((other) => bareName(other.name) === bareName(p.name)).length === 1);
  return unique.length === 0 ? undefined : random.pick(unique);
}

/** A process's name as the encoder writes it: the program's. */
export function bareName(command: string): string {
  const first = command.split(" ")[0] as string;
  return (first.split("/").at(-1) as string).replace(/\.wasm$/, "").toLowerCase();
}
