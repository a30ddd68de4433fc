// Host calls of the clock and the deadline. See docs/abi.md, family time.
#include "host/host.h"

#include "cpu/clock.h"
#include "io/rtc.h"

uint64_t w2c_host_time_now_ns(struct w2c_host *host) {
  (void)host;
  return clock_now_ns();
}

void w2c_host_timer_arm(struct w2c_host *host, uint64_t deadline_ns) {
  (void)host;
  clock_arm(deadline_ns);
}

uint64_t w2c_host_wall_seconds(struct w2c_host *host) {
  (void)host;
  return rtc_seconds();
}
