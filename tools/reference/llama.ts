// llama.cpp as a process, for comparisons: the library that npm's node-llama-cpp ships for this platform, called directly so that broken UTF-8 and whole rows of logits
// pass, and nothing but the library is timed. Only for tools: nothing in the image or in the mind needs it.
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { compileObject, objectPath } from "../build/cc.js";
import { command } from "../build/command.js";
import { hostedFlags } from "../build/flags.js";
import { runGraph } from "../build/graph.js";
import { BUILD, Peer, ROOT, SetupFailed } from "../lib/index.js";

const SOURCE = "tools/reference/llama_host.c";
const OUTPUT = "build/hosted/llama-host";
const GROUP = "llama-host";
/** The package with the library, and a variable that names a folder instead. */
const PACKAGE = "@node-llama-cpp/linux-x64";
const VARIABLE = "GANGLION_LLAMA_CPP";

/** The folder with libllama, or undefined where the package is not installed: it is optional. */
export function llamaFolder(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const given = env[VARIABLE];
  const candidates = given ? [given] : [join(ROOT, "node_modules", PACKAGE, "bins", "linux-x64")];
  return candidates.find((folder) => existsSync(folder) && readdirSync(folder).some((file) => file.startsWith("libllama.")));
}

// The folder with no kernels but those of one instruction set, as links.
function onlyKernels(folder: string, set: string): string {
  const only = join(BUILD, "hosted", `llama-${set}`);
  rmSync(only, { recursive: true, force: true });
  mkdirSync(only, { recursive: true });
  for (const file of readdirSync(folder)) {
    if (file.includes(".so") && (!file.startsWith("libggml-cpu-") || file === `libggml-cpu-${set}.so`)) symlinkSync(join(folder, file), join(only, file));
  }
  return only;
}

/** `exact`: f32 cache, for logits; `usual`: as llama.cpp comes, for speed. */
export type LlamaMode = "exact" | "usual";

export interface LlamaRun {
  /** The processor's time for the tokens that were given, and for the greedy ones after them. */
  prefillNs: number;
  decodeNs: number;
}

/** A model in llama.cpp, one thread. Call close() in a finally. */
export class Llama {
  readonly vocabulary: number;
  private readonly peer: Peer;

  private constructor(peer: Peer, vocabulary: number) {
    this.peer = peer;
    this.vocabulary = vocabulary;
  }

  /** Opens a model file, with the kernels that suit the processor best, or those that are named. @throws SetupFailed where llama.cpp is not there, PeerFailed where it refuses the file */
  static async open(path: string, context: number, mode: LlamaMode, kernels?: "sse42" | "haswell"): Promise<Llama> {
    const folder = llamaFolder();
    if (!folder)
      throw new SetupFailed(`the package ${PACKAGE}, llama.cpp to compare with, is not installed`, {
        hint: `npm install --include=optional, on x86-64 Linux; or set ${VARIABLE} to a folder with libllama`,
      });
    await runGraph(
      [
        compileObject(GROUP, SOURCE, hostedFlags()),
        {
          name: `link ${OUTPUT}`,
          inputs: [objectPath(GROUP, SOURCE)],
          outputs: [OUTPUT],
          key: "",
          run: async () => {
            await command("gcc", ["-no-pie", objectPath(GROUP, SOURCE), "-ldl", "-o", OUTPUT]);
          },
        },
      ],
      { jobs: 1 },
    );
    const peer = new Peer(join(ROOT, OUTPUT), [kernels ? onlyKernels(folder, kernels) : folder, path, String(context), mode]);
    try {
      return new Llama(peer, Number((await peer.line())[0]));
    } catch (error) {
      await peer.close();
      throw error;
    }
  }

  /** The tokens of a text's bytes, without bos. */
  async tokenize(text: Uint8Array, special = false): Promise<number[]> {
    const count = Number((await this.peer.ask(`tokenize ${special ? 1 : 0} ${text.length}`, text))[0]);
    return [...new Int32Array(Uint8Array.from(await this.peer.take(count * 4)).buffer)];
  }

  /** The logits after each of at most 2048 tokens, from an empty cache. */
  async logitsEach(tokens: readonly number[]): Promise<Float32Array[]> {
    const bytes = Number((await this.peer.ask(`logits ${tokens.length}`, new Uint8Array(Int32Array.from(tokens).buffer)))[0]);
    const all = new Float32Array(Uint8Array.from(await this.peer.take(bytes)).buffer);
    return tokens.map((_, i) => all.subarray(i * this.vocabulary, (i + 1) * this.vocabulary));
  }

  /** At most 2048 greedy tokens after these, one at a time, from an empty cache; the last one may be one that ends an answer. */
  async greedy(tokens: readonly number[], most: number): Promise<number[]> {
    const count = Number((await this.peer.ask(`greedy ${tokens.length} ${most}`, new Uint8Array(Int32Array.from(tokens).buffer)))[0]);
    return [...new Int32Array(Uint8Array.from(await this.peer.take(count * 4)).buffer)];
  }

  /** Keeps the first positions of the cache, reads the tokens, then decodes `most` greedy ones. */
  async run(tokens: readonly number[], most: number, keep = 0): Promise<LlamaRun> {
    const [prefill, decode] = await this.peer.ask(`run ${tokens.length} ${most} ${keep}`, new Uint8Array(Int32Array.from(tokens).buffer));
    return { prefillNs: Number(prefill), decodeNs: Number(decode) };
  }

  close(): Promise<void> {
    return this.peer.close();
  }
}
