// Starts processes with descriptors, limits, an environment and preopened directories: sys.launch. Waits for none of them.
import { LAUNCH_OPTIONS_BYTES, LAUNCH_OPTIONS_PROGRAM, LaunchOptions } from "../abi/layouts";
import { ARGUMENT_BYTES, DIRECTORY_BYTES, ENVIRONMENT_BYTES, FileType, LAUNCH_DESCRIPTORS, Open, Status } from "../abi/numbers";
import * as sys from "../abi/sys";
import { copy, fill, setI32 } from "../lib/bytes";
import { fileText, listNames, openPath } from "./files";
import { spawnText } from "./report";
import { session } from "./session";
import { NONE } from "./streams";
import { quoteWord } from "./words";

/** The program of the image that runs WebAssembly modules. */
const RUNTIME: string = "wasi";
/** Descriptor of the module in a process of the runtime; its directories follow. */
const MODULE_DESCRIPTOR: i32 = 3;
const FIRST_DIRECTORY: i32 = 4;
/** Directories that fit behind the module. */
export const DIRECTORIES: i32 = (LAUNCH_DESCRIPTORS as i32) - FIRST_DIRECTORY;

const OPTIONS: usize = memory.data(160, 8);
if (LAUNCH_OPTIONS_BYTES != 160) ERROR("the options' buffer is stale");
const NAME_CAPACITY: usize = 24;
/** The one directory that can be written: where a program keeps what it would keep at home. */
const HOME: string = "/tmp";

/** A process to be started. */
export class Launch {
  environment: string[] = ["PWD=" + session.directory, "HOME=" + HOME];
  memoryMaxBytes: u64 = 0;
  reserveBytes: u64 = 0;
  cpuPpm: u32 = 0;
  oomScoreAdjust: i32 = 0;
  /** −20…19, on top of this shell's own */
  nice: i32 = 0;
  /** path of the module that the runtime runs; "" for a program of the image */
  module: string = "";
  /** names of preopened directories, and the paths they stand for */
  directoryNames: string[] = [];
  directoryPaths: string[] = [];
  /** what it is called where something is told of it */
  label: string = "";
  /** what went wrong with a file: told instead of the status; "" nothing */
  wrong: string = "";

  constructor(
    /** the program of the image */
    public program: string,
    public argv: string[],
  ) {
    this.label = argv[0];
  }

  /** `NAME=VALUE`, in place of what NAME was before. */
  setVariable(text: string): void {
    const name = text.substring(0, text.indexOf("=") + 1);
    for (let i = 0; i < this.environment.length; i++) {
      if (!this.environment[i].startsWith(name)) continue;
      this.environment[i] = text;
      return;
    }
    this.environment.push(text);
  }

  preopen(name: string, path: string): void {
    this.directoryNames.push(name);
    this.directoryPaths.push(path);
  }

  /** Starts it with these as its descriptors 0, 1 and 2. Its pid, or a Status; then `whyNot` has the words. */
  start(input: i32, output: i32, error: i32): i64 {
    const opened: i32[] = [];
    const result = this.startWith(input, output, error, opened);
    for (let i = 0; i < opened.length; i++) if (opened[i] >= 0) sys.close(opened[i]);
    return result;
  }

  private startWith(input: i32, output: i32, error: i32, opened: i32[]): i64 {
    const argv = stringsOf(this.argv);
    const environment = stringsOf(this.environment);
    const directories = stringsOf(this.directoryNames);
    if ((argv.byteLength as u32) > ARGUMENT_BYTES) return this.fail("the arguments are too long (at most " + ARGUMENT_BYTES.toString() + " bytes)", Status.Range);
    if ((environment.byteLength as u32) > ENVIRONMENT_BYTES) return this.fail("the environment is too long (at most " + ENVIRONMENT_BYTES.toString() + " bytes)", Status.Range);
    if ((directories.byteLength as u32) > DIRECTORY_BYTES || this.directoryNames.length > DIRECTORIES) return this.fail("too many directories", Status.Range);
    fill(OPTIONS, 0, LAUNCH_OPTIONS_BYTES);
    const options = changetype<LaunchOptions>(OPTIONS);
    const name = String.UTF8.encode(this.program);
    if ((name.byteLength as usize) >= NAME_CAPACITY) return this.fail("", Status.NotFound);
    copy(OPTIONS + LAUNCH_OPTIONS_PROGRAM, changetype<usize>(name), name.byteLength);
    options.argv = changetype<usize>(argv) as u32;
    options.argvBytes = argv.byteLength as u32;
    options.environment = changetype<usize>(environment) as u32;
    options.environmentBytes = environment.byteLength as u32;
    options.directories = changetype<usize>(directories) as u32;
    options.directoriesBytes = directories.byteLength as u32;
    options.memoryMaxBytes = this.memoryMaxBytes;
    options.reserveBytes = this.reserveBytes;
    options.cpuPpm = this.cpuPpm;
    options.oomScoreAdjust = this.oomScoreAdjust;
    options.nice = this.nice;
    for (let i = 0; i < (LAUNCH_DESCRIPTORS as i32); i++) setDescriptor(i, NONE);
    setDescriptor(0, input);
    setDescriptor(1, output);
    setDescriptor(2, error);
    if (this.module != "") {
      const module = openPath(this.module, Open.Read);
      if (module < 0) return this.fail(this.module + ": " + fileText(module), module);
      opened.push(module as i32);
      setDescriptor(MODULE_DESCRIPTOR, module as i32);
    }
    for (let i = 0; i < this.directoryPaths.length; i++) {
      const directory = openPath(this.directoryPaths[i], Open.Read | Open.Directory);
      if (directory < 0) return this.fail(this.directoryPaths[i] + ": " + fileText(directory), directory);
      opened.push(directory as i32);
      setDescriptor(FIRST_DIRECTORY + i, directory as i32);
    }
    return sys.launch(OPTIONS);
  }

  private fail(why: string, status: i64): i64 {
    this.wrong = why;
    return status;
  }

  /** Why `start` gave this status. */
  whyNot(status: i64): string {
    if (this.wrong != "") return this.wrong;
    if (status == Status.NotFound) return "no program " + this.program + " in the image" + (this.program == "spec" ? "; npm run qemu -- --test-image has it" : "");
    return spawnText(status);
  }
}

function setDescriptor(index: i32, descriptor: i32): void {
  setI32(OPTIONS + offsetof<LaunchOptions>("descriptors0") + 4 * index, descriptor);
}

/** NUL separated and NUL ended. */
function stringsOf(words: string[]): ArrayBuffer {
  let text = "";
  for (let i = 0; i < words.length; i++) text += words[i] + "\0";
  return String.UTF8.encode(text);
}

/** A second shell that runs a line. */
export function shellLaunch(line: string): Launch {
  return new Launch("shell", ["shell", "-c", line]);
}

/** A second shell that runs one command. */
export function commandLaunch(words: string[]): Launch {
  let line = "";
  for (let i = 0; i < words.length; i++) line += (i > 0 ? " " : "") + quoteWord(words[i]);
  const launch = shellLaunch(line);
  launch.label = words[0];
  return launch;
}

/** A module of the file system, with the words after its name. */
export function moduleLaunch(path: string, words: string[]): Launch {
  const launch = new Launch(RUNTIME, words);
  launch.module = path;
  return launch;
}

/**
 * The directories that a module sees unless it is told others: all of them. In the root that is `/`. Elsewhere a C library that knows no
 * working directory takes the longest name that a path begins with, so `.` stands for the session's directory and each
 * directory of the root is named by itself.
 */
export function preopenAll(launch: Launch): void {
  if (session.directory == "/") {
    launch.preopen("/", "/");
    return;
  }
  launch.preopen(".", session.directory);
  const entries = listNames("/");
  if (!entries) return;
  for (let i = 0; i < entries.length && launch.directoryNames.length < DIRECTORIES; i++) {
    if (entries[i].type == FileType.Directory) launch.preopen("/" + entries[i].name, "/" + entries[i].name);
  }
}

/** A descriptor at its end, for a process that is to read nothing; NONE where there is none to be had. The caller closes it. */
export function emptyInput(): i32 {
  const both = sys.pipe();
  if (both < 0) return NONE;
  sys.close((both >> 32) as i32);
  return (both & 0xffffffff) as i32;
}
