// The connections of the mind: bytes in, messages out. Nobody is waited for: who does not read its answers loses its connection. Not what a message means.
import { POLL_ENTRY_BYTES, PollEntry } from "../../abi/layouts";
import { Open, PollKind, Status } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { Header, LLM_BODY_BYTES, LLM_CHANNEL, Reply } from "../../lib/llm-protocol";
import { Job } from "./job";

/** Connections at once; each has two descriptors, and may have two entries of a poll. */
const CLIENTS: i32 = 24;
const HEADER: i32 = <i32>offsetof<Header>();
const READ_BYTES: i32 = 16_384;
/** Bytes of answers that wait for a reader at most. */
const OUT_BYTES: i32 = 524_288;

const entries: usize = memory.data(1536, 8);
const head: usize = memory.data(16, 8);
if (POLL_ENTRY_BYTES !== 24 || HEADER !== 16) ERROR("a buffer is stale");

/** Somebody who asks. */
export class Client {
  /** questions that wait, oldest first */
  jobs: Job[] = [];
  /** the text of its command table */
  commands: Uint8Array = new Uint8Array(0);
  gone: bool = false;
  private incoming: Uint8Array = new Uint8Array(READ_BYTES);
  private have: i32 = 0;
  private outgoing: Uint8Array = new Uint8Array(0);
  private waits: i32 = 0;

  constructor(
    private reader: i32,
    private writer: i32,
  ) {
    sys.fd_flags(reader, Open.NonBlock);
    sys.fd_flags(writer, Open.NonBlock);
  }

  /** What it sent, after `take` said that a message is there: its kind, its number and its body. */
  kind: u32 = 0;
  id: u32 = 0;
  body: Uint8Array = new Uint8Array(0);

  /** Reads what is there. */
  receive(): void {
    while (!this.gone) {
      if (this.have === this.incoming.length) {
        const larger = new Uint8Array(this.incoming.length * 2);
        larger.set(this.incoming);
        this.incoming = larger;
      }
      const count = sys.fd_read(this.reader, this.incoming.dataStart + this.have, this.incoming.length - this.have);
      if (count === Status.Again) return;
      if (count <= 0) this.gone = true;
      else this.have += <i32>count;
      if (this.have >= HEADER && this.complete()) return;
    }
  }

  // Whether a whole message is there. A message that is too long ends the connection.
  private complete(): bool {
    const header = changetype<Header>(this.incoming.dataStart);
    if (header.bytes <= LLM_BODY_BYTES) return this.have >= HEADER + <i32>header.bytes;
    this.fail(0, Status.Range, "a message has at most " + LLM_BODY_BYTES.toString() + " bytes");
    this.gone = true;
    return false;
  }

  /** Takes the next message. False: none is whole. */
  take(): bool {
    if (this.have < HEADER || !this.complete()) return false;
    const header = changetype<Header>(this.incoming.dataStart);
    const end = HEADER + <i32>header.bytes;
    this.kind = header.kind;
    this.id = header.id;
    this.body = this.incoming.slice(HEADER, end);
    this.incoming.copyWithin(0, end, this.have);
    this.have -= end;
    return true;
  }

  /** Sends a message whose body is two spans. */
  send(kind: Reply, id: u32, status: i32, body: usize = 0, bytes: i32 = 0, more: usize = 0, moreBytes: i32 = 0): void {
    if (this.gone) return;
    const header = changetype<Header>(head);
    header.bytes = bytes + moreBytes;
    header.kind = kind;
    header.id = id;
    header.status = status;
    this.put(head, HEADER);
    this.put(body, bytes);
    this.put(more, moreBytes);
    this.flush();
  }

  private put(at: usize, bytes: i32): void {
    if (bytes === 0 || this.gone) return;
    if (this.waits + bytes > OUT_BYTES) {
      this.gone = true;
      return;
    }
    if (this.waits + bytes > this.outgoing.length) {
      const larger = new Uint8Array(max(this.waits + bytes, this.outgoing.length * 2));
      larger.set(this.outgoing);
      this.outgoing = larger;
    }
    memory.copy(this.outgoing.dataStart + this.waits, at, bytes);
    this.waits += bytes;
  }

  /** Writes as much as the connection takes. */
  flush(): void {
    while (this.waits > 0 && !this.gone) {
      // A small write is one piece to a pipe, which may have room for less than all.
      const count = sys.fd_write(this.writer, this.outgoing.dataStart, this.waits);
      if (count === Status.Again) return;
      if (count < 0) this.gone = true;
      else {
        this.outgoing.copyWithin(0, <i32>count, this.waits);
        this.waits -= <i32>count;
      }
    }
  }

  /** Sends a text for a person. */
  fail(id: u32, status: i32, text: string): void {
    const bytes = String.UTF8.encode(text);
    this.send(Reply.Failed, id, status, changetype<usize>(bytes), bytes.byteLength);
  }

  addEntries(count: i32): i32 {
    setEntry(count++, this.reader, PollKind.Read);
    if (this.waits > 0) setEntry(count++, this.writer, PollKind.Write);
    return count;
  }

  close(): void {
    this.gone = true;
    sys.close(this.reader);
    sys.close(this.writer);
  }
}

export const clients: Client[] = [];
let listener: i32 = -1;

function setEntry(index: i32, descriptor: i32, kind: PollKind): void {
  const entry = changetype<PollEntry>(entries + <usize>index * POLL_ENTRY_BYTES);
  entry.descriptor = descriptor;
  entry.kind = kind;
}

/** Begins to listen. A Status. */
export function openChannel(): i64 {
  const name = String.UTF8.encode(LLM_CHANNEL);
  const answer = sys.listen(changetype<usize>(name), name.byteLength);
  if (answer < 0) return answer;
  listener = <i32>answer;
  sys.fd_flags(listener, Open.NonBlock);
  return Status.Ok;
}

/** Waits until somebody asks something or the time is over (0: does not wait), and takes new connections. */
export function waitForClients(timeoutNs: u64): void {
  memory.fill(entries, 0, 1536);
  setEntry(0, listener, PollKind.Read);
  let count = 1;
  for (let i = 0; i < clients.length; i++) count = clients[i].addEntries(count);
  if (sys.poll(entries, count * POLL_ENTRY_BYTES, timeoutNs) <= 0) return;
  for (;;) {
    const both = sys.accept(listener);
    if (both < 0) break;
    const client = new Client(<i32>(both & 0xffff_ffff), <i32>(both >> 32));
    if (clients.length < CLIENTS) clients.push(client);
    else {
      client.fail(0, Status.Busy, "the mind has " + CLIENTS.toString() + " connections already; try again later");
      client.close();
    }
  }
  for (let i = 0; i < clients.length; i++) {
    clients[i].flush();
    clients[i].receive();
  }
}
