// mind-host as a process: the engine ahead of time, over the vector kernels. The protocol is in hostshim-c/hosted/mind_host.c.
import { join } from "node:path";
import { buildMindHost } from "../build/mind.js";
import { Peer, PeerFailed, ROOT } from "../lib/index.js";
import { type Instance, MindFailed } from "./instance.js";

/** Builds what is stale, and starts a process. */
export async function hostedInstance(): Promise<Instance> {
  const peer = new Peer(join(ROOT, await buildMindHost()), []);

  async function ask(request: string, body?: Uint8Array): Promise<string[]> {
    if (request.includes("\n")) throw new MindFailed("a name with a line end in it");
    try {
      return await peer.ask(request, body);
    } catch (cause) {
      if (!(cause instanceof PeerFailed)) throw cause;
      const trap = /^trap (.*)/.exec(cause.message);
      if (trap) throw new MindFailed(`the engine trapped in ${request.split(" ")[1]}: ${trap[1]}`, { hint: "this is a bug of ours" });
      throw new MindFailed(cause.message, { cause });
    }
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
      return Uint8Array.from(await peer.take(bytes));
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
    close: () => peer.close(),
  };
}
