// poll_oneoff: clocks and descriptors, waited for with one system call. Layouts: github.com/WebAssembly/WASI,
// phases/snapshot/docs.md, "subscription", "event".
#include "user/wasi/calls.h"
#include "user/wasi/descriptors.h"
#include "user/wasi/environment.h"
#include "user/wasi/guest.h"
#include "user/wasi/sys.h"

#define SUBSCRIPTION_BYTES 48 // | userdata u64 | tag u8 | – | clock id, or descriptor, u32 @16 | timeout u64 @24 | precision | flags u16 @40 |
#define EVENT_BYTES 32 // | userdata u64 | errno u16 | type u8 | – | bytes u64 @16 | flags u16 @24 |
#define ENTRIES 64 // what sys.poll takes
#define MOST_SUBSCRIPTIONS 4096

enum { TAG_CLOCK = 0, TAG_READ = 1, TAG_WRITE = 2 };
enum { CLOCK_ABSOLUTE = 1, EVENT_HANGUP = 1 };

typedef struct {
  const uint8_t *in;
  uint8_t *out;
  uint32_t count, events;
  poll_entry_t entries[ENTRIES];
  uint32_t entry_count;
  uint64_t wait_ns; // until the first clock, FOR_EVER
  uint64_t started_ns; // by the uptime clock
} poll_t;

static const uint8_t *subscription(const poll_t *poll, uint32_t index) {
  return poll->in + (uint64_t)index * SUBSCRIPTION_BYTES;
}

static void add_event(poll_t *poll, const uint8_t *from, wasi_errno_t error, uint64_t bytes, bool hangup) {
  uint8_t event[EVENT_BYTES] = {0};
  store_u64(event, load_u64(from));
  store_u16(event + 8, (uint16_t)error);
  event[10] = from[8];
  store_u64(event + 16, bytes);
  store_u16(event + 24, hangup ? EVENT_HANGUP : 0);
  memcpy(poll->out + (uint64_t)poll->events++ * EVENT_BYTES, event, sizeof event);
}

// Nanoseconds from the start of the poll to a clock's time.
static wasi_errno_t clock_delay(const uint8_t *from, uint64_t *out) {
  uint64_t timeout = load_u64(from + 24), now = 0;
  uint32_t clock = load_u32(from + 16), flags = load_u16(from + 40);
  if (flags > CLOCK_ABSOLUTE) return WASI_EINVAL;
  wasi_errno_t error = environment_clock(clock, &now);
  if (error) return error;
  if (clock > 1) return WASI_ENOTSUP; // processor time passes only while the program runs
  *out = flags == CLOCK_ABSOLUTE ? (timeout > now ? timeout - now : 0) : timeout;
  return WASI_SUCCESS;
}

static uint32_t kind_of(uint8_t tag) {
  return tag == TAG_READ ? POLL_KIND_READ : POLL_KIND_WRITE;
}

static wasi_errno_t entry_find(poll_t *poll, const uint8_t *from, poll_entry_t **out) {
  descriptor_t *row;
  uint32_t kind = kind_of(from[8]);
  wasi_errno_t error = descriptor_get(load_u32(from + 16), RIGHT_POLL_FD_READWRITE | (kind == POLL_KIND_READ ? RIGHT_FD_READ : RIGHT_FD_WRITE), &row);
  if (error) return error;
  for (uint32_t i = 0; i < poll->entry_count; i++) {
    *out = &poll->entries[i];
    if ((*out)->descriptor == row->kernel && (*out)->kind == kind) return WASI_SUCCESS;
  }
  if (poll->entry_count == ENTRIES) return WASI_EINVAL;
  *out = &poll->entries[poll->entry_count++];
  **out = (poll_entry_t){.descriptor = row->kernel, .kind = kind, .status = STATUS_AGAIN};
  return WASI_SUCCESS;
}

// What is wrong with a subscription is an event of its own, and then nothing is waited for.
static wasi_errno_t prepare(poll_t *poll) {
  for (uint32_t i = 0; i < poll->count; i++) {
    const uint8_t *from = subscription(poll, i);
    poll_entry_t *entry;
    uint64_t delay = 0;
    if (from[8] > TAG_WRITE) return WASI_EINVAL;
    wasi_errno_t error = from[8] == TAG_CLOCK ? clock_delay(from, &delay) : entry_find(poll, from, &entry);
    if (error || from[8] == TAG_CLOCK) {
      if (error) delay = 0;
      if (delay < poll->wait_ns) poll->wait_ns = delay;
    }
  }
  return WASI_SUCCESS;
}

// Write an event for everything that is ready, wrong or over. The events may lie over the subscriptions: from the lowest on, each
// is read before the shorter event of it or an earlier one is written.
static void collect(poll_t *poll, uint64_t passed_ns) {
  for (uint32_t i = 0; i < poll->count; i++) {
    uint8_t from[SUBSCRIPTION_BYTES];
    memcpy(from, subscription(poll, i), sizeof from);
    poll_entry_t *entry;
    uint64_t delay = 0;
    if (from[8] > TAG_WRITE) continue;
    if (from[8] == TAG_CLOCK) {
      wasi_errno_t error = clock_delay(from, &delay);
      bool absolute = load_u16(from + 40) == CLOCK_ABSOLUTE; // what is left of it was computed just now
      if (error || (absolute ? delay == 0 : delay <= passed_ns)) add_event(poll, from, error, 0, false);
      continue;
    }
    wasi_errno_t error = entry_find(poll, from, &entry);
    if (error) add_event(poll, from, error, 0, false);
    else if (entry->status != STATUS_AGAIN) add_event(poll, from, errno_of(entry->status), entry->bytes, entry->hangup != 0);
  }
}

static wasi_errno_t wait(poll_t *poll, uint64_t ns) {
  if (poll->entry_count == 0) return ns == 0 ? WASI_SUCCESS : errno_of(sys_sleep(ns));
  for (uint32_t i = 0; i < poll->entry_count; i++) poll->entries[i].status = STATUS_AGAIN;
  return errno_of(sys_poll(poll->entries, poll->entry_count * sizeof poll->entries[0], ns));
}

uint64_t wasi_poll_oneoff(const uint64_t *arguments) {
  uint8_t *events = guest_span(ARG32(3), 4);
  poll_t poll = {.count = ARG32(2), .wait_ns = FOR_EVER};
  poll.in = guest_span(ARG32(0), (uint64_t)poll.count * SUBSCRIPTION_BYTES);
  poll.out = guest_span(ARG32(1), (uint64_t)poll.count * EVENT_BYTES);
  if (poll.count == 0) return WASI_EINVAL;
  if (poll.in == NULL || poll.out == NULL || events == NULL) return WASI_EFAULT;
  if (poll.count > MOST_SUBSCRIPTIONS) return WASI_EINVAL;
  poll.started_ns = sys_time_now();
  wasi_errno_t error = prepare(&poll);
  if (error) return error;
  // An absolute wall clock and the uptime clock may differ by a little: then once more.
  while (poll.events == 0) {
    uint64_t passed = sys_time_now() - poll.started_ns;
    error = wait(&poll, poll.wait_ns == FOR_EVER ? FOR_EVER : poll.wait_ns > passed ? poll.wait_ns - passed : 0);
    if (error) return error;
    passed = sys_time_now() - poll.started_ns;
    collect(&poll, passed);
    if (poll.wait_ns != FOR_EVER && passed >= poll.wait_ns) poll.wait_ns = passed + 1000; // not a busy loop
  }
  store_u32(events, poll.events);
  return WASI_SUCCESS;
}
