// Cases about arguments, environment, clocks, random numbers, polls, signals and the sockets that there are none of.
import { BUFFER, begin, DIRECTORY, OUT, path, say, sayWith, VECTOR } from "./report";
import * as rights from "./rights";
import * as wasi from "./wasi_snapshot_preview1";

const SUBSCRIPTION: usize = 48;
const EVENT: usize = 32;
const SUBSCRIPTIONS: usize = memory.data(480, 8);
const EVENTS: usize = memory.data(320, 8);

/** NUL bytes among `bytes`: each ends a string. */
function ends(at: u32, bytes: u32): u32 {
  let count: u32 = 0;
  for (let i: u32 = 0; i < bytes; i++) if (load<u8>(at + i) == 0) count++;
  return count;
}

function strings(): void {
  sayWith("arguments", wasi.args_sizes_get(OUT, OUT + 4), load<u32>(OUT));
  say("get", wasi.args_get(BUFFER, BUFFER + 512));
  sayWith("all their bytes", 0, ends(<u32>BUFFER + 512, load<u32>(OUT + 4)) == load<u32>(OUT) ? 1 : 0);
  sayWith("second starts", 0, load<u8>(load<u32>(BUFFER + 4)));
  sayWith("environment has two", wasi.environ_sizes_get(OUT, OUT + 4), load<u32>(OUT) >= 2 ? 1 : 0);
  say("get", wasi.environ_get(BUFFER, BUFFER + 512));
  sayWith("all their bytes", 0, ends(<u32>BUFFER + 512, load<u32>(OUT + 4)) == load<u32>(OUT) ? 1 : 0);
}

function clocks(): void {
  for (let clock = 0; clock < 4; clock++) {
    say("time", wasi.clock_time_get(clock, 0, OUT));
    const first = load<u64>(OUT);
    wasi.clock_time_get(clock, 0, OUT);
    sayWith("does not go back", 0, load<u64>(OUT) >= first ? 1 : 0);
    sayWith("resolution", wasi.clock_res_get(clock, OUT), load<u64>(OUT) > 0 ? 1 : 0);
  }
  sayWith("after 1970", wasi.clock_time_get(0, 0, OUT), load<u64>(OUT) > 0 ? 1 : 0);
  say("clock 4", wasi.clock_time_get(4, 0, OUT));
  say("resolution of 4", wasi.clock_res_get(4, OUT));
  say("random", wasi.random_get(BUFFER, 64));
  let different = 0;
  for (let i = 1; i < 8; i++) if (load<u64>(BUFFER + i * 8) != load<u64>(BUFFER)) different++;
  sayWith("different words", 0, different);
  say("random nothing", wasi.random_get(BUFFER, 0));
  say("yield", wasi.sched_yield());
}

function clockAt(index: usize, clock: u32, timeout: u64, flags: u16): void {
  const at = SUBSCRIPTIONS + index * SUBSCRIPTION;
  memory.fill(at, 0, SUBSCRIPTION);
  store<u64>(at, 100 + index);
  store<u32>(at + 16, clock);
  store<u64>(at + 24, timeout);
  store<u16>(at + 40, flags);
}

function fdAt(index: usize, tag: u8, fd: u32): void {
  const at = SUBSCRIPTIONS + index * SUBSCRIPTION;
  memory.fill(at, 0, SUBSCRIPTION);
  store<u64>(at, 100 + index);
  store<u8>(at + 8, tag);
  store<u32>(at + 16, fd);
}

function poll(name: string, count: i32): void {
  const error = wasi.poll_oneoff(SUBSCRIPTIONS, EVENTS, count, OUT);
  sayWith(name, error, load<u32>(OUT));
  if (error != 0) return;
  for (let i: usize = 0; i < load<u32>(OUT); i++) {
    const at = EVENTS + i * EVENT;
    sayWith("event of", 0, load<i64>(at));
    sayWith("type", load<u16>(at + 8), load<u8>(at + 10));
  }
}

function polls(): void {
  clockAt(0, 1, 1000000, 0);
  wasi.clock_time_get(1, 0, OUT);
  const before = load<u64>(OUT);
  poll("a millisecond", 1);
  wasi.clock_time_get(1, 0, OUT);
  sayWith("has passed", 0, load<u64>(OUT) - before >= 1000000 ? 1 : 0);
  wasi.clock_time_get(0, 0, OUT);
  clockAt(0, 0, load<u64>(OUT) + 2000000, 1);
  poll("two milliseconds from now", 1);
  clockAt(0, 1, 60000000000, 0);
  clockAt(1, 1, 1000000, 0);
  poll("the earlier of two", 2);
  clockAt(0, 1, 0, 0);
  poll("no time", 1);
  poll("nothing", 0);
  fdAt(0, 1, 99);
  poll("a closed number", 1);
  fdAt(0, 7, 0);
  poll("a tag that there is not", 1);
}

function rest(): void {
  say("raise nothing", wasi.proc_raise(0));
  say("accept on a file", wasi.sock_accept(1000, 0, OUT));
  store<u32>(VECTOR, <u32>BUFFER);
  store<u32>(VECTOR + 4, 1);
  say("receive", wasi.sock_recv(1000, VECTOR, 1, 0, OUT, OUT + 8));
  say("send", wasi.sock_send(1000, VECTOR, 1, 0, OUT));
  say("shut down", wasi.sock_shutdown(1000, 2));
}

/** What Node's WASI cannot be asked: it polls no regular file, takes a time that is over for one far away, locks itself out when times are
 * both given and now, and would raise signals in its own process. */
export function ownCases(): void {
  begin("own");
  const fd = rights.opened("a.txt", 0, rights.FILE);
  say("times given and now", wasi.path_filestat_set_times(DIRECTORY, 1, path("a.txt"), 5, 0, 0, 3));
  clockAt(0, 0, 1, 1);
  poll("a time that is over", 1);
  fdAt(0, 1, fd);
  poll("a file to read", 1);
  sayWith("bytes", 0, load<i64>(EVENTS + 16));
  fdAt(0, 2, fd);
  poll("a file to write", 1);
  fdAt(0, 1, fd);
  fdAt(1, 2, fd);
  clockAt(2, 1, 60000000000, 0);
  fdAt(3, 1, fd);
  poll("several", 4);
  fdAt(0, 1, DIRECTORY);
  poll("a directory", 1);
  wasi.fd_fdstat_set_rights(fd, rights.READ, 0);
  fdAt(0, 1, fd);
  clockAt(1, 1, 60000000000, 0);
  poll("without the right, and a minute", 2);
  clockAt(0, 2, 1000, 0);
  poll("processor time", 1);
  clockAt(0, 9, 1000, 0);
  poll("clock 9", 1);
  say("accept on a file", wasi.sock_accept(fd, 0, OUT));
  say("receive from a file", wasi.sock_recv(fd, VECTOR, 1, 0, OUT, OUT + 8));
  say("send to a file", wasi.sock_send(fd, VECTOR, 1, 0, OUT));
  say("shut down a file", wasi.sock_shutdown(fd, 2));
  say("raise 31", wasi.proc_raise(31));
  say("raise stop", wasi.proc_raise(18));
  say("raise winch", wasi.proc_raise(27));
  wasi.fd_close(fd);
}

export function clockCases(): void {
  begin("clock");
  strings();
  clocks();
  polls();
  rest();
}
