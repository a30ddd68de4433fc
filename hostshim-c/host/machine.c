// Host calls about the machine: boot information, entropy, the ways out. See docs/abi.md, family machine.
#include "host/host.h"

#include "base/panic.h"
#include "base/string.h"
#include "boot/facts.h"
#include "cpu/clock.h"
#include "cpu/features.h"
#include "host/programs.h"
#include "io/power.h"
#include "mem/regions.h"

extern const uint8_t image_start[], image_end[]; // boot/linker.ld

struct w2c_host host_environment;

uint32_t w2c_host_boot_info(struct w2c_host *host, uint32_t out) {
  boot_info_t *info = host_span(host, out, sizeof *info);
  if (info == NULL) return (uint32_t)STATUS_RANGE;
  *info = (boot_info_t){
      .tsc_hz = clock_tsc_hz(),
      .boot_tsc = boot_facts.boot_tsc,
      .ram_bytes = ram_end_pa(),
      .initrd_bytes = boot_facts.initrd_bytes,
      .region_count = regions_count(),
      .command_line_bytes = boot_facts.command_line_bytes,
      .loader = boot_facts.loader,
      .program_count = programs_count(),
      .features = cpu_features.bits,
      .image_bytes = (uint64_t)(image_end - image_start),
      .abi_hash = ABI_HASH,
  };
  return STATUS_OK;
}

uint32_t w2c_host_boot_region(struct w2c_host *host, uint32_t index, uint32_t out) {
  mem_region_t *region = host_span(host, out, sizeof *region);
  if (region == NULL) return (uint32_t)STATUS_RANGE;
  boot_memory_seal(); // from here on the map must not change
  return (uint32_t)regions_row(index, region);
}

uint32_t w2c_host_boot_command_line(struct w2c_host *host, uint32_t buffer, uint32_t capacity) {
  void *out = host_span(host, buffer, capacity);
  if (out == NULL) return (uint32_t)STATUS_RANGE;
  uint32_t count = boot_facts.command_line_bytes < capacity ? boot_facts.command_line_bytes : capacity;
  memcpy(out, boot_facts.command_line, count);
  return count;
}

uint64_t w2c_host_entropy(struct w2c_host *host) {
  (void)host;
  return cpu_entropy();
}

void w2c_host_power_off(struct w2c_host *host, uint32_t code) {
  (void)host;
  machine_stop(code == 0 ? DEBUG_EXIT_OK : DEBUG_EXIT_FAILED);
}

void w2c_host_reboot(struct w2c_host *host) {
  (void)host;
  machine_restart();
}

void w2c_host_panic(struct w2c_host *host, uint32_t message, uint32_t bytes) {
  const char *text = host_span(host, message, bytes);
  if (text == NULL) panic("kernel.wasm: a message outside its memory");
  panic("kernel.wasm: %.*s", bytes > 512 ? 512 : (int)bytes, text);
}
