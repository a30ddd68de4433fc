// The tiers of the tests. npm test (tools/test) runs them all and counts; npx vitest runs them by hand.
import { defineConfig } from "vitest/config";

/** A hang detector: a time limit is never a performance target. */
const HANG_MS = 300_000;

export default defineConfig({
  test: {
    projects: [
      {
        // The tools themselves, and every AssemblyScript spec and simulation under V8.
        test: {
          name: "unit",
          include: ["tools/**/*.test.ts", "kernel-as/**/*.test.ts", "test/**/*.test.ts"],
          exclude: ["**/*.hosted.test.ts"],
          testTimeout: HANG_MS,
          hookTimeout: HANG_MS,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // The shim as a Linux process, under ASan and UBSan.
        test: {
          name: "hosted",
          include: ["tools/**/*.hosted.test.ts", "hostshim-c/**/*.test.ts"],
          testTimeout: HANG_MS,
          hookTimeout: HANG_MS,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // The booted kernel over its serial line, one machine at a time.
        test: { name: "booted", include: ["test-qemu/**/*.test.ts"], testTimeout: HANG_MS, hookTimeout: HANG_MS, maxWorkers: 1, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
