// A process that answers requests on its stdout, one line each and bytes where the line says so. Requests go one after the other.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { ToolError } from "./errors.js";
import { guard } from "./reaper.js";

/** The process answered an error, or ended. */
export class PeerFailed extends ToolError {
  override readonly name = "PeerFailed";
  override readonly code = "GANGLION_PEER_FAILED";
}

export class Peer {
  private chunks: Buffer[] = [];
  private held = 0;
  private ended = "";
  private wake = () => {};
  private readonly child;
  private readonly program: string;

  constructor(program: string, args: string[]) {
    this.program = program;
    this.child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
    guard(this.child, false);
    this.child.stdin.on("error", () => {}); // it ended: close tells
    this.child.stdout.on("data", (chunk: Buffer) => {
      this.chunks.push(chunk);
      this.held += chunk.length;
      this.wake();
    });
    this.child.on("close", (status, signal) => this.end(`ended with ${signal ?? `status ${status}`}`));
    this.child.on("error", (error) => this.end(`does not start: ${error.message}`));
  }

  private end(how: string): void {
    this.ended ||= `${this.program} ${how}`;
    this.wake();
  }

  private more(): Promise<void> {
    if (this.ended) throw new PeerFailed(this.ended);
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  /** So many bytes of its answer. */
  async take(bytes: number): Promise<Buffer> {
    while (this.held < bytes) await this.more();
    const all = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks);
    this.chunks = [all.subarray(bytes)];
    this.held = all.length - bytes;
    return all.subarray(0, bytes);
  }

  /** The words after `ok` of its next line. @throws PeerFailed with what it says instead */
  async line(): Promise<string[]> {
    for (;;) {
      if (this.chunks.length > 1) this.chunks = [Buffer.concat(this.chunks)];
      const at = this.chunks[0]?.indexOf(0x0a) ?? -1;
      if (at >= 0) {
        const text = (await this.take(at + 1)).subarray(0, at).toString("utf8");
        if (text === "ok" || text.startsWith("ok ")) return text.split(" ").slice(1);
        throw new PeerFailed(text.replace(/^error /, ""));
      }
      await this.more();
    }
  }

  /** Sends a request and its bytes; resolves with the words of its answer. */
  async ask(request: string, body?: Uint8Array): Promise<string[]> {
    this.child.stdin.write(`${request}\n`);
    if (body && body.length > 0) this.child.stdin.write(body);
    return this.line();
  }

  async close(): Promise<void> {
    if (this.ended) return;
    const closed = once(this.child, "close");
    this.child.stdin.end();
    await closed;
  }
}
