// The initial ramdisk: one USTAR archive of what the kernel may load at run time. The image boots without it.
import { createWriteStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import type { Step } from "./graph.js";
import { ROOT } from "./places.js";
import { meteredWasm, type Policy, policies, policySteps } from "./policies.js";
import { packageVersion } from "./wasm.js";

export const INITRD = "build/initrd.tar";

/** The step that packs policies/NAME.wasm into the initial ramdisk; the same bytes every time. */
export function initrdStep(list: Policy[]): Step {
  return {
    name: "initrd",
    inputs: list.map(meteredWasm),
    outputs: [INITRD],
    key: packageVersion("tar-stream"),
    run: async () => {
      const archive = pack();
      const written = pipeline(archive, createWriteStream(join(ROOT, INITRD)));
      for (const policy of list) archive.entry({ name: `policies/${policy.name}.wasm`, mode: 0o644, mtime: new Date(0) }, readFileSync(join(ROOT, meteredWasm(policy))));
      archive.finalize();
      await written;
    },
  };
}

/** Every step that leads to the initial ramdisk. */
export function initrdSteps(): Step[] {
  const list = policies();
  return [...policySteps(list), initrdStep(list)];
}
