import type { Instance } from "./instance.js";
export async function hostedInstance(): Promise<Instance> {
  throw new Error("not yet");
}
