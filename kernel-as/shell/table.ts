// The command table: what each command is called, takes and risks, as complete data. Help, completion and argument parsing all
// come from it, and so can a grammar that keeps a model's answer a valid command. It runs nothing by itself.
import { Arguments } from "./arguments";

/** What a command may do to the machine. */
export const enum Effect {
  /** reads only */
  Observe = 0,
  /** changes what can be changed back */
  Adjust = 1,
  /** ends processes or the machine, or forgets something */
  Destroy = 2,
}

export function effectName(effect: Effect): string {
  return effect == Effect.Observe ? "observe" : effect == Effect.Adjust ? "adjust" : "destroy";
}

/** Type of an argument; `minimum` and `maximum` are in the unit given here. */
export const enum Type {
  /** an option without a value */
  Switch = 0,
  /** whole number */
  Integer = 1,
  /** bytes: 4096, 64K, 1.5M, 2G, or a percentage of the machine's memory */
  Size = 2,
  /** bytes per second: 8M, 512K/s */
  Rate = 3,
  /** 0 to 1 as a decimal number or a percentage; in ppm */
  Fraction = 4,
  /** seconds as a decimal number, or 200ms, 5s, 2m; in ns */
  Seconds = 5,
  /** one of `choices` */
  Choice = 6,
  /** any word */
  Text = 7,
  /** a path */
  Path = 8,
  /** the name of a policy module */
  Module = 9,
  /** the name of a program of the image */
  Program = 10,
  /** a pid, or %N for a background job */
  Process = 11,
  /** the name of a command */
  CommandName = 12,
  /** a command with its arguments: the rest of the line */
  Command = 13,
  /** the name of a scheduling policy, or `fallback` */
  Policy = 14,
  /** the name of a number of the reclaim policy */
  Limit = 15,
}

const TYPE_NAMES: string[] = [
  "switch",
  "integer",
  "size",
  "rate",
  "fraction",
  "seconds",
  "choice",
  "text",
  "path",
  "module",
  "program",
  "process",
  "commandName",
  "command",
  "policy",
  "limit",
];

export function typeName(type: Type): string {
  return TYPE_NAMES[type];
}

/** Whether `minimum` and `maximum` bound it. */
export function isNumeric(type: Type): bool {
  return type >= Type.Integer && type <= Type.Seconds;
}

/** A positional argument, or an option where `name` starts with '-'. */
export class Argument {
  minimum: i64 = 0;
  maximum: i64 = 0;
  choices: string[] = [];
  required: bool = true;
  /** takes all words that are left */
  rest: bool = false;
  /** what holds where it is not given, as it would be typed or in words; "" nothing */
  fallback: string = "";
  /** only a person gives it, never a mind */
  personal: bool = false;
  /** the words that a mind may give for a text; none: any plain one */
  samples: string[] = [];

  constructor(
    public name: string,
    public type: Type,
    /** placeholder of an option's value in the usage line; a positional's own name */
    public placeholder: string,
    public doc: string,
  ) {}

  get isOption(): bool {
    return this.name.startsWith("-");
  }
  /** Bounds, in the type's unit. */
  within(minimum: i64, maximum: i64): Argument {
    this.minimum = minimum;
    this.maximum = maximum;
    return this;
  }
  oneOf(choices: string[]): Argument {
    this.choices = choices;
    return this;
  }
  /** Not needed; `fallback` says what holds without it. */
  optional(fallback: string): Argument {
    this.required = false;
    this.fallback = fallback;
    return this;
  }
  /** Takes all words that are left. */
  many(): Argument {
    this.rest = true;
    return this;
  }
  /** A mind never gives it. */
  byHand(): Argument {
    this.personal = true;
    return this;
  }
  /** A mind gives one of these. */
  suchAs(samples: string[]): Argument {
    this.samples = samples;
    return this;
  }
}

/** An option `--name PLACEHOLDER`. */
export function option(name: string, type: Type, placeholder: string, doc: string): Argument {
  return new Argument(name, type, placeholder, doc).optional("");
}
/** An option without a value. */
export function flag(name: string, doc: string): Argument {
  return new Argument(name, Type.Switch, "", doc).optional("");
}
/** A positional argument. */
export function operand(name: string, type: Type, doc: string): Argument {
  return new Argument(name, type, name, doc);
}

/** A command, or a subcommand of one. */
export class Command {
  parent: Command | null = null;
  subcommands: Command[] = [];
  operands: Argument[] = [];
  options: Argument[] = [];
  /** options end at the first operand: what follows belongs to an inner command or is text */
  greedy: bool = false;
  /** works on this shell's own state, so that a second shell could not run it */
  ofSession: bool = false;
  /** only a person runs it: a mind does not propose it, and where it does nobody runs it */
  personal: bool = false;
  /** without operands and options it only reads, whatever its effect is with them */
  readsAlone: bool = false;

  constructor(
    public name: string,
    public family: string,
    public effect: Effect,
    public summary: string,
    /** runs it; null where only subcommands run */
    public run: ((given: Arguments) => i32) | null,
  ) {}

  takes(operand: Argument): Command {
    this.operands.push(operand);
    if (operand.type == Type.Command) this.greedy = true;
    return this;
  }
  offers(option: Argument): Command {
    this.options.push(option);
    return this;
  }
  with(subcommand: Command): Command {
    subcommand.parent = this;
    this.subcommands.push(subcommand);
    return this;
  }
  endsOptionsEarly(): Command {
    this.greedy = true;
    return this;
  }
  /** Only this shell can run it: at the head of a pipeline it does, anywhere else it works on a shell that knows nothing. */
  stays(): Command {
    this.ofSession = true;
    this.personal = true;
    return this;
  }
  /** A mind does not propose it: it runs other commands, stops the kernel, is about this shell, or a test aid. */
  byHand(): Command {
    this.personal = true;
    return this;
  }
  /** Alone it only reads. */
  tells(): Command {
    this.readsAlone = true;
    return this;
  }
  /** Name with its parents: `memctl compact`. */
  get path(): string {
    const parent = this.parent;
    return parent ? parent.path + " " + this.name : this.name;
  }
  subcommand(name: string): Command | null {
    for (let i = 0; i < this.subcommands.length; i++) if (this.subcommands[i].name == name) return this.subcommands[i];
    return null;
  }
  option(name: string): Argument | null {
    for (let i = 0; i < this.options.length; i++) if (this.options[i].name == name) return this.options[i];
    return null;
  }
}

/** Every command, in the order of help. */
export const COMMANDS: Command[] = [];

export function register(command: Command): void {
  addCommonOptions(command);
  COMMANDS.push(command);
}

function addCommonOptions(command: Command): void {
  command.offers(flag("--json", "one line of JSON").byHand()).offers(flag("--help", "what it does and takes").byHand());
  for (let i = 0; i < command.subcommands.length; i++) addCommonOptions(command.subcommands[i]);
}

export function findCommand(name: string): Command | null {
  for (let i = 0; i < COMMANDS.length; i++) if (COMMANDS[i].name == name) return COMMANDS[i];
  return null;
}

/** A subcommand of `memctl`, `crashctl`, …. */
export function action(name: string, effect: Effect, summary: string, run: (given: Arguments) => i32): Command {
  return new Command(name, "", effect, summary, run);
}
