// A connection to the mind: messages out and in. It waits until the mind answers; Ctrl-C ends the wait. What a message means is its caller's to know.
import { Status } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { Header, LLM_BODY_BYTES, LLM_CHANNEL, Reply, Request } from "../../lib/llm-protocol";
import { forgetInterrupt, interruptPending } from "../input";
import { statusText } from "../report";

const HEADER: i32 = offsetof<Header>() as i32;

/** the greatest number of a question that this shell has seen */
let seen: u32 = 0;

export class Mind {
  /** the message that `next` read */
  kind: u32 = 0;
  id: u32 = 0;
  status: i32 = 0;
  body: Uint8Array = new Uint8Array(0);
  /** what went wrong; "" nothing */
  error: string = "";
  /** Ctrl-C ended a wait */
  interrupted: bool = false;
  private from: i32 = -1;
  private to: i32 = -1;
  private header: Uint8Array = new Uint8Array(HEADER);

  /** False: `error` says why. */
  connect(): bool {
    const name = String.UTF8.encode(LLM_CHANNEL);
    const both = sys.connect(changetype<usize>(name), name.byteLength as u32);
    if (both < 0) {
      if (both == Status.NotFound) this.error = "there is no mind on board: its program and its models lie in the initrd, and this machine has none, or another build's";
      else if (both == Status.Busy) this.error = "the mind has as many connections waiting as it may; try again later";
      else this.error = "the mind cannot be reached: " + statusText(both);
      return false;
    }
    this.from = (both & 0xffffffff) as i32;
    this.to = (both >> 32) as i32;
    return true;
  }

  /** Sends a question, with the greatest number that was seen. */
  sendSeen(kind: Request, body: usize, bytes: i32, more: usize, moreBytes: i32): bool {
    return this.send(kind, seen, body, bytes, more, moreBytes);
  }

  /** Sends a message whose body is two spans. */
  send(kind: Request, id: u32, body: usize = 0, bytes: i32 = 0, more: usize = 0, moreBytes: i32 = 0): bool {
    if (((bytes + moreBytes) as u32) > LLM_BODY_BYTES) {
      this.error = "the text is too long: a message to the mind has at most " + LLM_BODY_BYTES.toString() + " bytes";
      return false;
    }
    const header = changetype<Header>(this.header.dataStart);
    header.bytes = (bytes + moreBytes) as u32;
    header.kind = kind;
    header.id = id;
    header.status = 0;
    return this.write(this.header.dataStart, HEADER) && this.write(body, bytes) && this.write(more, moreBytes);
  }

  private write(at: usize, bytes: i32): bool {
    for (let sent = 0; sent < bytes; ) {
      const n = sys.fd_write(this.to, at + sent, (bytes - sent) as u32);
      if (n <= 0) return this.lost(n);
      sent += n as i32;
    }
    return true;
  }

  /** Reads the next message. False: `error` says why, or `interrupted`. */
  next(): bool {
    if (!this.read(this.header, HEADER)) return false;
    const header = changetype<Header>(this.header.dataStart);
    if (header.bytes > LLM_BODY_BYTES) return this.lost(Status.Corrupt);
    this.kind = header.kind;
    this.id = header.id;
    this.status = header.status;
    if (header.id > seen) seen = header.id;
    this.body = new Uint8Array(header.bytes as i32);
    return this.read(this.body, header.bytes as i32);
  }

  // A message that has begun is read to its end. The first Ctrl-C is the caller's to see, the second one gives up.
  private read(into: Uint8Array, bytes: i32): bool {
    for (let got = 0; got < bytes; ) {
      const n: i64 = interruptPending() ? Status.Interrupted : sys.fd_read(this.from, into.dataStart + got, (bytes - got) as u32);
      if (n == Status.Interrupted) {
        forgetInterrupt();
        if (this.interrupted) return this.lost(n);
        this.interrupted = true;
        if (got == 0 && into == this.header) return false;
        continue;
      }
      if (n <= 0) return this.lost(n);
      got += n as i32;
    }
    return true;
  }

  private lost(status: i64): bool {
    if (status == 0 || status == Status.BrokenPipe) this.error = "the mind ended before it answered; it starts again by itself: try again";
    else this.error = status == Status.Corrupt ? "the mind answers in another form: another build's?" : statusText(status);
    return false;
  }

  /** The body as text, for a person. */
  text(from: i32 = 0): string {
    return String.UTF8.decodeUnsafe(this.body.dataStart + from, (this.body.length - from) as usize);
  }

  close(): void {
    if (this.from >= 0) sys.close(this.from);
    if (this.to >= 0) sys.close(this.to);
    this.from = -1;
    this.to = -1;
  }
}

/** Asks for something that is answered by one message. The connection with that message read, or null: `complaint` says why. */
export function askOnce(kind: Request, id: u32, text: string): Mind | null {
  const mind = new Mind();
  const body = String.UTF8.encode(text);
  if (mind.connect() && mind.send(kind, id, changetype<usize>(body), body.byteLength) && mind.next()) {
    if (mind.kind != Reply.Failed) return mind;
    mind.error = mind.text();
  }
  complaint = mind.interrupted ? "interrupted" : mind.error;
  mind.close();
  return null;
}

/** Why the last askOnce gave nothing. */
export let complaint: string = "";
