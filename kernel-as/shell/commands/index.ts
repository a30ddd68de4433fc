// All commands, in the order of help.
import { registerBasics } from "./basics";
import { registerCrash } from "./crash";
import { registerKernel } from "./kernel";
import { registerMemory } from "./memory";
import { registerModules } from "./modules";
import { registerPower } from "./power";
import { registerProcesses } from "./processes";
import { registerStress } from "./stress";
import { registerTiming } from "./timing";

export function registerCommands(): void {
  registerBasics();
  registerTiming();
  registerProcesses();
  registerMemory();
  registerCrash();
  registerStress();
  registerModules();
  registerKernel();
  registerPower();
}
