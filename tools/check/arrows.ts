// The house's arrows as data: who may import from whom. What is not written here is not allowed. layers.ts compares the
// sources with it. A folder may always import from itself.

export interface House {
  /** Folder of the repository whose subfolders are the rooms. */
  root: string;
  /** How a file names another one. */
  language: "typescript" | "c";
  /** Room → the rooms that it may import from. `*` stands for every room of this house. */
  arrows: Record<string, readonly string[]>;
  /** Other folders of the repository that a room may reach (`house/room`). */
  outside?: Record<string, readonly string[]>;
}

const C_PARTS = ["abi", "base", "cpu", "mem", "io", "wasm", "host", "nn"] as const;

export const HOUSES: readonly House[] = [
  {
    root: "tools",
    language: "typescript",
    arrows: {
      abi: [],
      lib: [],
      setup: ["lib"],
      build: ["abi", "lib"],
      serial: ["abi", "lib"],
      qemu: ["abi", "lib", "setup"],
      machine: ["abi", "lib", "qemu", "serial"],
      episodes: ["lib"],
      jobs: ["lib"],
      record: ["lib", "build", "episodes", "jobs", "machine", "mind", "eval"], // eval: how it reads the state of a booted machine
      sim: ["abi", "lib", "episodes", "jobs"],
      mind: ["abi", "lib", "setup", "build", "sim", "jobs"],
      eval: ["abi", "lib", "setup", "build", "episodes", "jobs", "sim", "machine", "reference", "mind"],
      train: ["abi", "lib", "setup", "build", "episodes", "jobs", "sim", "mind"],
      reference: ["abi", "lib", "build", "sim"],
      cli: ["abi", "lib", "setup", "build", "serial", "qemu", "machine", "mind"],
      spec: ["abi", "lib", "build"],
      compare: ["lib", "build", "machine", "cli"],
      check: ["abi", "lib", "build", "cli"],
      bench: ["abi", "lib", "setup", "build", "serial", "qemu", "machine", "sim", "episodes", "jobs", "reference", "cli", "mind"],
      test: ["abi", "lib", "setup", "build", "cli"],
    },
    // tools/sim/engine/sched.ts compiles the scheduler's pure core, as kernel.wasm does.
    outside: { sim: ["kernel-as/kernel", "kernel-as/abi", "kernel-as/lib"] },
  },
  {
    root: "kernel-as",
    language: "typescript",
    arrows: {
      abi: [],
      lib: [],
      ml: ["abi", "lib"], // abi: only the vector kernels
      obs: ["abi", "lib"],
      kernel: ["abi", "lib", "obs"],
      policy: ["abi", "lib", "ml"],
      validate: ["lib"],
      store: ["abi", "lib"],
      mind: ["abi", "lib", "ml", "user"], // user: only where abort leads
      // policy: what a policy reads of a task is what the learner learns from, one file for both.
      learner: ["abi", "lib", "ml", "policy", "user"], // user: only where abort leads
      shell: ["abi", "lib", "user", "validate"], // user: only where abort leads
      user: ["abi", "lib"],
      spec: ["*"],
    },
  },
  {
    root: "hostshim-c",
    language: "c",
    arrows: {
      abi: [],
      base: ["abi"],
      io: ["abi", "base"],
      cpu: ["abi", "base", "io"],
      mem: ["abi", "base", "cpu"],
      wasm: ["abi", "base", "cpu", "mem"],
      host: ["abi", "base", "wasm", "cpu", "mem", "io"],
      nn: ["abi", "base"],
      user: ["abi", "base", "wasm", "nn"],
      main: C_PARTS,
      hosted: [...C_PARTS, "user"], // user: what of it runs as a Linux process too
    },
  },
  {
    root: "test-qemu",
    language: "typescript",
    arrows: {},
    // tools/build: the loaders' tests make their ISO images with it. tools/reference: hostile modules, the same as in the hosted test. tools/compare: the same programs in other systems.
    // tools/eval, tools/sim: the same episodes in the simulator. tools/jobs: lists of jobs for real processes.
    outside: { "": ["tools/machine", "tools/build", "tools/compare", "tools/reference", "tools/eval", "tools/sim", "tools/jobs", "tools/lib", "tools/mind"] },
  },
];

/** A spec may also import what runs it. */
export const SPEC_HARNESS = "kernel-as/spec";
