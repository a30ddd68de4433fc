// Every spec file, by hand; tools/spec fails where one is missing here.
import { buddySpecs } from "../kernel/mm/buddy.spec";
import { compactionSpecs } from "../kernel/mm/compaction.spec";
import { moduleSpecs } from "../kernel/module/module.spec";
import { predictSpecs } from "../kernel/predict/predict.spec";
import { guardSpecs } from "../kernel/sched/guard.spec";
import { schedSpecs } from "../kernel/sched/sched.spec";
import { bitsSpecs } from "../lib/bits.spec";
import { bytesSpecs } from "../lib/bytes.spec";
import { fixedSpecs } from "../lib/fixed.spec";
import { fmtSpecs } from "../lib/fmt.spec";
import { lz4Specs } from "../lib/lz4.spec";
import { ringSpecs } from "../lib/ring.spec";
import { rngSpecs } from "../lib/rng.spec";
import { statsSpecs } from "../lib/stats.spec";
import { denseSpecs } from "../ml/dense.spec";
import { exponentialSpecs } from "../ml/exponential.spec";
import { gradientSpecs } from "../ml/gradients.spec";
import { lmBatchSpecs } from "../ml/lm/batch.spec";
import { lmGradientSpecs } from "../ml/lm/gradients.spec";
import { obsSpecs } from "../obs/obs.spec";
import { harnessSpecs } from "../spec/harness.spec";
import { validateSpecs } from "../validate/validate.spec";

/** Fill the table. */
export function enterSpecs(): void {
  harnessSpecs();
  bitsSpecs();
  bytesSpecs();
  fixedSpecs();
  fmtSpecs();
  lz4Specs();
  ringSpecs();
  rngSpecs();
  statsSpecs();
  denseSpecs();
  exponentialSpecs();
  gradientSpecs();
  lmBatchSpecs();
  lmGradientSpecs();
  obsSpecs();
  buddySpecs();
  compactionSpecs();
  predictSpecs();
  moduleSpecs();
  schedSpecs();
  guardSpecs();
  validateSpecs();
}
