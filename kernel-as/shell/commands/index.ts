// All commands, in the order of help.
import { registerBasics } from "./basics";
import { registerBytes } from "./bytes";
import { registerChange } from "./change";
import { registerCopy } from "./copy";
import { registerCrash } from "./crash";
import { registerGrep } from "./grep";
import { registerKernel } from "./kernel";
import { registerLlm } from "./llm";
import { registerMemory } from "./memory";
import { registerModules } from "./modules";
import { registerNice } from "./nice";
import { registerPower } from "./power";
import { registerProcesses } from "./processes";
import { registerSched } from "./sched";
import { registerSee } from "./see";
import { registerStress } from "./stress";
import { registerText } from "./text";
import { registerTiming } from "./timing";

export function registerCommands(): void {
  registerBasics();
  registerTiming();
  registerSee();
  registerChange();
  registerCopy();
  registerText();
  registerGrep();
  registerBytes();
  registerProcesses();
  registerNice();
  registerSched();
  registerMemory();
  registerCrash();
  registerStress();
  registerLlm();
  registerModules();
  registerKernel();
  registerPower();
}
