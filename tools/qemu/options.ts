// What a machine can be asked to be, checked once at the edge. Not how QEMU is told (arguments.ts).
import { existsSync, statSync } from "node:fs";
import { z } from "zod";
import { INITRD_TAR, SMALL_INITRD_TAR, UsageError } from "../lib/index.js";

const MEMORY_EXPECTED = "a size from 4M to 64G, such as 512M or 2G";
/** Where less is there the image does not fit below its end, and QEMU starts nothing and says nothing. */
const LEAST_MIB = 4;
const MIB_PER: Record<string, number> = { M: 1, G: 1024 };

/** A number of MiB out of `512M`, `2G`, or plain `512`. */
function parseMemory(text: string): number | undefined {
  const match = /^(\d{1,6})\s*([MG])?(?:i?B)?$/i.exec(text.trim());
  if (!match) return undefined;
  const mib = Number(match[1]) * (MIB_PER[(match[2] ?? "M").toUpperCase()] as number);
  return mib >= LEAST_MIB && mib <= 65536 ? mib : undefined;
}

const oneOf = <const T extends readonly [string, ...string[]]>(...values: T) => z.enum(values, { error: `one of ${values.join(", ")}` });

const memory = z.union([z.string(), z.number()]).transform((value, context) => {
  const mib = parseMemory(String(value));
  if (mib === undefined) context.addIssue({ code: "custom", message: MEMORY_EXPECTED });
  return mib ?? 0;
});

const seed = z.union([z.string(), z.number(), z.bigint()]).transform((value, context) => {
  const text = String(value).trim();
  if (!/^(\d{1,20}|0x[0-9a-f]{1,16})$/i.test(text) || BigInt(text) > 0xffff_ffff_ffff_ffffn) {
    context.addIssue({ code: "custom", message: "a whole number from 0 to 18446744073709551615" });
    return 0n;
  }
  return BigInt(text);
});

const COMMAND_LINE_BYTES = 1024;
const append = z.string().refine((text) => /^[\x20-\x7e]*$/.test(text) && text.length <= COMMAND_LINE_BYTES, {
  error: `key=value pairs between spaces, printable ASCII, at most ${COMMAND_LINE_BYTES} bytes`,
});

/** What --initrd takes for a boot without one. */
export const NO_INITRD = "none";
const initrd = z.string().refine((path) => path === NO_INITRD || (existsSync(path) && statSync(path).isFile()), { error: `a file that exists, or ${NO_INITRD}` });

const files = z.string().refine((path) => existsSync(path) && statSync(path).isDirectory(), { error: "a folder that exists" });

const model = z.string().refine((path) => existsSync(path) && statSync(path).isFile(), { error: "a GGUF file that exists" });

const seconds = z.coerce.number({ error: "seconds, from 0.001 to 86400" }).min(0.001, "seconds, from 0.001 to 86400").max(86400, "seconds, from 0.001 to 86400");

/** Everything that decides what the guest sees. */
export const MachineOptionsSchema = z
  .object({
    accel: oneOf("auto", "kvm", "tcg").default("auto"),
    clock: oneOf("real", "virtual").default("real"),
    mem: memory.default(512),
    boot: oneOf("direct", "grub", "limine").default("direct"),
    firmware: oneOf("bios", "uefi").default("bios"),
    append: append.default(""),
    initrd: initrd.optional(),
    files: files.optional(),
    model: model.optional(),
    seed: seed.optional(),
    policyEngine: oneOf("aot", "wasm3").optional(),
    gdb: z.boolean().default(false),
    log: z
      .string()
      .refine((path) => path !== "" && !(existsSync(path) && statSync(path).isDirectory()), { error: "the name of a file" })
      .optional(),
    timeout: seconds.optional(),
  })
  .superRefine((options, context) => {
    if (options.clock === "virtual" && options.accel === "kvm") {
      context.addIssue({ code: "custom", path: ["accel"], message: "auto or tcg with --clock virtual: KVM cannot count instructions" });
    }
    if (options.firmware === "uefi" && options.boot === "direct") {
      context.addIssue({ code: "custom", path: ["firmware"], message: "bios with --boot direct: only the ISO (grub, limine) starts through UEFI" });
    }
  });

export type MachineOptions = z.output<typeof MachineOptionsSchema>;
export type MachineOptionsInput = z.input<typeof MachineOptionsSchema>;

const flagOf = (name: PropertyKey) => `--${String(name).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/**
 * Options from outside, with the defaults filled in.
 * @throws UsageError naming the option, what was given and what is expected
 */
export function parseMachineOptions(input: unknown): MachineOptions {
  const result = MachineOptionsSchema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const key = issue?.path[0];
  const given = key !== undefined && typeof input === "object" && input !== null ? (input as Record<PropertyKey, unknown>)[key] : undefined;
  if (key === undefined) throw new UsageError("the options make no sense", { expected: issue?.message });
  throw new UsageError(`${flagOf(key)} ${String(given)} is not valid`, { expected: issue?.message, hint: "--help" });
}

/** Bytes of the kernel command line that the shim keeps (COMMAND_LINE_BYTES in hostshim-c/base/limits.h), with the NUL. */
const KERNEL_LINE_BYTES = 2048;

/**
 * The kernel's command line: what the options mean to the kernel, then what was appended by hand, which wins.
 * @param script lines that the shell runs before it is ready
 * @throws UsageError where it gets too long
 */
export function kernelCommandLine(options: Pick<MachineOptions, "append" | "seed" | "policyEngine">, machineConsole: boolean, script: readonly string[] = []): string {
  const words = [
    machineConsole ? "console=machine" : "",
    options.seed === undefined ? "" : `seed=${options.seed}`,
    options.policyEngine === undefined ? "" : `policy_engine=${options.policyEngine}`,
    script.length === 0 ? "" : `script=${encodeURIComponent(script.join("\n"))}`,
    options.append.trim(),
  ];
  const line = words.filter(Boolean).join(" ");
  if (line.length >= KERNEL_LINE_BYTES) {
    throw new UsageError(`the kernel command line would have ${line.length} bytes`, {
      expected: `fewer than ${KERNEL_LINE_BYTES}`,
      hint: "fewer commands at once, or --clock real",
    });
  }
  return line;
}

/** A machine with less has no language model on board, unless --model brings one: what its memory is measured with is to stay the same. */
const MODELS_LEAST_MIB = 256;

/** The initrd of a boot: the one named, none if asked so, else the build's own where there is one, without models where the machine is small. */
export function initrdFile(named: string | undefined, memMib: number): string | undefined {
  if (named === NO_INITRD) return undefined;
  const own = memMib < MODELS_LEAST_MIB ? SMALL_INITRD_TAR : INITRD_TAR;
  return named ?? (existsSync(own) ? own : undefined);
}
