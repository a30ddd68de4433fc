// mind-host as a process: the engine ahead of time, over the vector kernels. Requests go one after the other; the protocol is in hostshim-c/hosted/mind_host.c.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { buildMindHost } from "../build/mind.js";
import { guard, ROOT } from "../lib/index.js";
import { type Instance, MindFailed } from "./instance.js";

/** An instance, and what only a process can measure. */
export interface HostedInstance extends Instance {
  /** Bytes a second that one core reads from memory, by the processor's time. */
  bandwidth(bytes: number): Promise<number>;
}

/** Builds what is stale, and starts a process. */
export async function hostedInstance(): Promise<HostedInstance> {
  const child = spawn(join(ROOT, await buildMindHost()), { stdio: ["pipe", "pipe", "inherit"] });
  guard(child, false);
  let chunks: Buffer[] = [];
  let held = 0;
  let ended = "";
  let wake = () => {};
  child.stdout.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    held += chunk.length;
    wake();
  });
  child.stdin.on("error", () => {}); // it ended: `close` tells
  child.on("close", (status, signal) => {
    ended = `mind-host ended with ${signal ?? `status ${status}`}`;
    wake();
  });
  child.on("error", (error) => {
    ended = `mind-host does not start: ${error.message}`;
    wake();
  });
  const more = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });

  async function take(bytes: number): Promise<Buffer> {
    while (held < bytes && !ended) await more();
    if (held < bytes) throw new MindFailed(ended);
    const all = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    chunks = [all.subarray(bytes)];
    held = all.length - bytes;
    return all.subarray(0, bytes);
  }

  async function line(): Promise<string> {
    for (;;) {
      if (chunks.length > 1) chunks = [Buffer.concat(chunks)];
      const end = chunks[0]?.indexOf(0x0a) ?? -1;
      if (end >= 0) return (await take(end + 1)).subarray(0, end).toString("utf8");
      if (ended) throw new MindFailed(ended);
      await more();
    }
  }

  async function answer(request: string): Promise<string[]> {
    const text = await line();
    const [kind, ...words] = text.split(" ");
    if (kind === "ok") return words;
    const told = words.join(" ");
    if (kind === "trap") throw new MindFailed(`the engine trapped in ${request.split(" ")[1]}: ${told}`, { hint: "this is a bug of ours" });
    throw new MindFailed(told);
  }

  async function ask(request: string, body?: Uint8Array): Promise<string[]> {
    if (request.includes("\n")) throw new MindFailed("a name with a line end in it");
    child.stdin.write(`${request}\n`);
    if (body && body.length > 0 && !child.stdin.write(body)) await Promise.race([once(child.stdin, "drain"), once(child, "close")]);
    return answer(request);
  }

  let lastNs = 0;
  return {
    name: "hosted",
    get lastNs() {
      return lastNs;
    },
    call: async (name, ...args) => {
      const [result, cpu] = await ask(`call ${name} ${args.join(" ")}`);
      lastNs = Number(cpu);
      return Number(result);
    },
    read: async (at, bytes) => {
      await ask(`read ${at >>> 0} ${bytes}`);
      return Uint8Array.from(await take(bytes));
    },
    write: async (at, bytes) => {
      await ask(`write ${at >>> 0} ${bytes.length}`, bytes);
    },
    map: async (path) => {
      const [at, bytes] = await ask(`map ${path}`).catch((cause: unknown) => {
        throw new MindFailed(`${path}: ${(cause as Error).message}`, { cause });
      });
      return { at: Number(at), bytes: Number(bytes) };
    },
    unmap: async (at) => {
      await ask(`unmap ${at >>> 0}`);
    },
    bandwidth: async (bytes) => {
      const [read, ns] = await ask(`bandwidth ${bytes}`);
      return Number(read) / (Number(ns) / 1e9);
    },
    close: async () => {
      if (ended) return;
      const closed = once(child, "close");
      child.stdin.end();
      await closed;
    },
  };
}
