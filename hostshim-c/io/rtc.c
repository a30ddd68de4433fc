// The battery-backed clock. Registers as in the MC146818 data sheet: 0 seconds, 2 minutes, 4 hours, 7 day, 8 month, 9 year of the century;
// A bit 7: an update is under way; B bit 2: binary, bit 1: 24 hours. The century is taken to be 2000. See rtc.h.
#include "io/rtc.h"

#include "io/port.h"

#define INDEX 0x70
#define DATA 0x71
#define STATUS_A 0x0a
#define STATUS_B 0x0b
#define UPDATING 0x80
#define BINARY 0x04
#define HOURS_24 0x02
#define AFTERNOON 0x80
// An update takes 2 ms at most; a port read takes about a microsecond.
#define PATIENCE 10000
#define TRIES 4

typedef struct {
  uint8_t second, minute, hour, day, month, year;
} rtc_date_t;

static uint8_t rtc_register(uint8_t index) {
  port_write8(INDEX, index);
  return port_read8(DATA);
}

static rtc_date_t rtc_read(void) {
  rtc_date_t date = {rtc_register(0), rtc_register(2), rtc_register(4), rtc_register(7), rtc_register(8), rtc_register(9)};
  return date;
}

static bool rtc_same(rtc_date_t a, rtc_date_t b) {
  return a.second == b.second && a.minute == b.minute && a.hour == b.hour && a.day == b.day && a.month == b.month && a.year == b.year;
}

static uint8_t rtc_number(uint8_t value, uint8_t status_b) {
  return (status_b & BINARY) != 0 ? value : (uint8_t)((value & 15) + (value >> 4) * 10);
}

// Days from 1970 to the first of a month of 2000…2099, where every fourth year is a leap year.
static uint64_t days_before(uint32_t year, uint32_t month) {
  static const uint16_t before[12] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  uint64_t days = 10957 + year * 365u + (year + 3) / 4 + before[month - 1];
  return year % 4 == 0 && month > 2 ? days + 1 : days;
}

uint64_t rtc_seconds(void) {
  for (int attempt = 0; attempt < TRIES; attempt++) {
    int patience = PATIENCE;
    while ((rtc_register(STATUS_A) & UPDATING) != 0 && patience > 0) patience--;
    if (patience == 0) return 0;
    rtc_date_t date = rtc_read();
    if (!rtc_same(date, rtc_read())) continue;
    uint8_t status_b = rtc_register(STATUS_B);
    uint32_t month = rtc_number(date.month, status_b);
    uint32_t day = rtc_number(date.day, status_b);
    uint32_t hour = rtc_number(date.hour & (uint8_t)~AFTERNOON, status_b);
    if ((status_b & HOURS_24) == 0) hour = hour % 12 + ((date.hour & AFTERNOON) != 0 ? 12 : 0);
    uint32_t minute = rtc_number(date.minute, status_b);
    uint32_t second = rtc_number(date.second, status_b);
    if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59) return 0;
    uint64_t days = days_before(rtc_number(date.year, status_b), month) + day - 1;
    return ((days * 24 + hour) * 60 + minute) * 60 + second;
  }
  return 0;
}
