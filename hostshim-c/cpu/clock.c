// Calibration, clock, deadline. See clock.h. Time comes from the counter, never from counting ticks.
#include "cpu/clock.h"

#include "base/panic.h"
#include "cpu/features.h"
#include "cpu/lapic.h"
#include "cpu/registers.h"
#include "io/pit.h"

#define NS_PER_SECOND 1000000000ULL
#define MEASURE_PIT_TICKS 2387 // 2 ms: 0.1 % where an edge is blurred by 2 us
#define EDGE_TRIES 4 // of which the sharpest counts
#define EDGE_READS 100000 // a stopped timer is noticed

static uint64_t boot_tsc, tsc_hz, lapic_hz;
static uint64_t ns_per_tsc_tick; // fixed point, 32 bits of fraction
static uint64_t lapic_ticks_per_ns; // fixed point, 32 bits of fraction
static uint64_t deadline_ns = CLOCK_NEVER;
static volatile bool fired;

// The moment when the timer's count changed.
typedef struct {
  uint64_t tsc;
  uint32_t lapic;
  uint16_t pit;
  uint64_t blur; // counter ticks that the edge may lie before `tsc`
} edge_t;

static edge_t edge_next(void) {
  uint16_t before = pit_read();
  uint64_t read_tsc = cpu_read_tsc();
  for (int reads = 0; reads < EDGE_READS; reads++) {
    uint16_t now = pit_read();
    uint64_t now_tsc = cpu_read_tsc();
    if (now != before) return (edge_t){now_tsc, lapic_ticks(), now, now_tsc - read_tsc};
    read_tsc = now_tsc;
  }
  panic("the 8254 timer does not count: no clock to measure with");
}

// An edge that the host did not stretch by running something else in between.
static edge_t edge_sharp(void) {
  edge_t best = edge_next();
  for (int tries = 1; tries < EDGE_TRIES; tries++) {
    edge_t edge = edge_next();
    if (edge.blur < best.blur) best = edge;
  }
  return best;
}

static void measure(void) {
  pit_start();
  lapic_arm(~0u);
  edge_t start = edge_sharp();
  while ((uint16_t)(start.pit - pit_read()) < MEASURE_PIT_TICKS) {}
  edge_t end = edge_sharp();
  lapic_arm(0);
  uint64_t pit_ticks = (uint16_t)(start.pit - end.pit);
  tsc_hz = (end.tsc - start.tsc) * PIT_HZ / pit_ticks;
  lapic_hz = (uint64_t)(start.lapic - end.lapic) * PIT_HZ / pit_ticks;
}

// CPUID's word for both frequencies, where it has one (Intel SDM volume 2, leaf 15H; the hypervisors' timing leaf).
static bool believe_cpuid(void) {
  if (cpu_features.max_hypervisor_leaf >= 0x40000010) {
    cpuid_t timing = cpu_id(0x40000010, 0); // kHz
    tsc_hz = timing.eax * 1000ULL;
    lapic_hz = timing.ebx * 1000ULL;
  } else if (!cpu_has(FEATURE_HYPERVISOR) && cpu_features.max_leaf >= 0x15) {
    cpuid_t crystal = cpu_id(0x15, 0);
    tsc_hz = crystal.eax ? (uint64_t)crystal.ecx * crystal.ebx / crystal.eax : 0;
    lapic_hz = crystal.ecx;
  }
  return tsc_hz > 0 && lapic_hz > 0;
}

void clock_init(uint64_t start_tsc) {
  boot_tsc = start_tsc;
  if (!believe_cpuid()) measure();
  if (tsc_hz < 1000000 || lapic_hz < 1000000) panic("clock frequencies make no sense: %lu Hz, %lu Hz", tsc_hz, lapic_hz);
  ns_per_tsc_tick = (NS_PER_SECOND << 32) / tsc_hz;
  lapic_ticks_per_ns = (lapic_hz << 32) / NS_PER_SECOND;
}

uint64_t clock_tsc_hz(void) {
  return tsc_hz;
}

uint64_t clock_now_ns(void) {
  return (uint64_t)((unsigned __int128)(cpu_read_tsc() - boot_tsc) * ns_per_tsc_tick >> 32);
}

void clock_arm(uint64_t wanted_ns) {
  deadline_ns = wanted_ns;
  fired = false;
  if (wanted_ns == CLOCK_NEVER) {
    lapic_arm(0);
    return;
  }
  uint64_t now_ns = clock_now_ns();
  uint64_t wait_ns = wanted_ns > now_ns ? wanted_ns - now_ns : 0;
  uint64_t ticks = wait_ns >= 1ULL << 32 ? ~0u : (uint64_t)((unsigned __int128)wait_ns * lapic_ticks_per_ns >> 32) + 1;
  lapic_arm(ticks > ~0u ? ~0u : (uint32_t)ticks);
}

void clock_interrupt(void) {
  fired = true;
}

bool clock_take_expired(void) {
  if (!fired) return false;
  fired = false;
  if (deadline_ns == CLOCK_NEVER) return false;
  if (clock_now_ns() < deadline_ns) {
    clock_arm(deadline_ns);
    return false;
  }
  deadline_ns = CLOCK_NEVER;
  return true;
}
