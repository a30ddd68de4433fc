// collect.ts for tools/mind/collect.test.ts: the kernel's answers come from the test.
import { collect, forgetSamples, sample } from "./collect";
import { stateJson } from "./json";

const TEXT: usize = memory.data(32768, 8);

export function harness_sample(): void {
  sample();
}
export function harness_forget(): void {
  forgetSamples();
}
export function harness_collect(): bool {
  return collect();
}
export function harness_text(): usize {
  return TEXT;
}
export function harness_json(): u32 {
  return stateJson(TEXT, 32768);
}
