// Numbers with units: what a person types becomes a whole number, and back. Pure; floating point only where a row of the kernel has it.

/** What a parse returns for text that is no such number. */
export const NOT_A_NUMBER: i64 = i64.MIN_VALUE;
/** What a parse returns for a number past 2^62. */
export const TOO_LARGE: i64 = i64.MAX_VALUE;
const LIMIT: u64 = 1 << 62;

/** Whole number in decimal or 0x hexadecimal, with an optional minus. */
export function parseInteger(text: string): i64 {
  let at = 0;
  const negative = text.startsWith("-");
  if (negative) at = 1;
  let base: u64 = 10;
  if (text.substr(at, 2).toLowerCase() == "0x") {
    base = 16;
    at += 2;
  }
  if (at >= text.length) return NOT_A_NUMBER;
  let value: u64 = 0;
  let large = false;
  for (; at < text.length; at++) {
    const digit = digitOf(text.charCodeAt(at));
    if (digit >= base) return NOT_A_NUMBER;
    // once too large it stays so: going on would wrap around
    if (large || value > (LIMIT - 1 - digit) / base) large = true;
    else value = value * base + digit;
  }
  if (large) return negative ? -TOO_LARGE : TOO_LARGE;
  return negative ? -(value as i64) : (value as i64);
}

function digitOf(code: i32): u64 {
  if (code >= 48 && code < 58) return (code - 48) as u64;
  const lower = code | 32;
  if (lower >= 97 && lower < 103) return (lower - 87) as u64;
  return 99;
}

/** Length of the leading decimal number in `text`, "12.5" → 4; 0 where there is none. */
function decimalLength(text: string): i32 {
  let at = 0;
  if (text.startsWith("-")) at = 1;
  let digits = 0;
  let points = 0;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code == 46 && points == 0) points++;
    else if (code >= 48 && code < 58) digits++;
    else break;
  }
  return digits > 0 ? at : 0;
}

/** Decimal number times `scale`, rounded down; NOT_A_NUMBER, TOO_LARGE. Nine digits after the point count. */
export function parseDecimal(text: string, scale: u64): i64 {
  const n = decimalLength(text);
  if (n == 0 || n != text.length) return NOT_A_NUMBER;
  const negative = text.startsWith("-");
  const point = text.indexOf(".");
  const from = negative ? 1 : 0;
  const head = text.substring(from, point < 0 ? n : point);
  const whole = head.length == 0 ? 0 : parseInteger(head);
  if (whole == TOO_LARGE || (scale > 0 && (whole as u64) > LIMIT / scale)) return negative ? -TOO_LARGE : TOO_LARGE;
  let value = (whole as u64) * scale;
  if (point >= 0) {
    let fraction: u64 = 0;
    let unit: u64 = 1;
    for (let i = point + 1; i < n && i <= point + 9; i++) {
      fraction = fraction * 10 + ((text.charCodeAt(i) - 48) as u64);
      unit *= 10;
    }
    // scale ≤ 2^30 or a power of ten that unit divides: the product stays below 2^62
    const gain = scale % unit == 0 ? fraction * (scale / unit) : (fraction * scale) / unit;
    value += gain;
  }
  return negative ? -(value as i64) : (value as i64);
}

/** Bytes: digits with K, M, G, T (× 1024), then "B", "iB" or nothing. */
export function parseSize(text: string): i64 {
  const n = decimalLength(text);
  if (n == 0) return NOT_A_NUMBER;
  let unit = text.substring(n).toUpperCase();
  if (unit.endsWith("IB")) unit = unit.substring(0, unit.length - 2);
  else if (unit.endsWith("B")) unit = unit.substring(0, unit.length - 1);
  let shift: u64 = 0;
  if (unit == "K") shift = 10;
  else if (unit == "M") shift = 20;
  else if (unit == "G") shift = 30;
  else if (unit == "T") shift = 40;
  else if (unit != "") return NOT_A_NUMBER;
  const number = text.substring(0, n);
  // the fraction of a terabyte is counted in gigabytes: see the bound in parseDecimal
  if (shift <= 30) return parseDecimal(number, (1 as u64) << shift);
  const value = parseDecimal(number, 1 << 30);
  return value == NOT_A_NUMBER || value >= 1 << 52 ? value : value << 10;
}

/** Bytes per second: a size, with "/s" or without. */
export function parseRate(text: string): i64 {
  return parseSize(text.endsWith("/s") ? text.substring(0, text.length - 2) : text);
}

/** A percentage in ppm: "25%" → 250000; NOT_A_NUMBER without the sign. */
export function parsePercent(text: string): i64 {
  return text.endsWith("%") ? parseDecimal(text.substring(0, text.length - 1), 10000) : NOT_A_NUMBER;
}

/** A fraction in ppm: "0.8", "80%". */
export function parseFraction(text: string): i64 {
  return text.endsWith("%") ? parsePercent(text) : parseDecimal(text, 1000000);
}

/** A time in ns: "1.5", "200ms", "10us", "5s", "2m", "1h". */
export function parseSeconds(text: string): i64 {
  const n = decimalLength(text);
  if (n == 0) return NOT_A_NUMBER;
  const unit = text.substring(n);
  let scale: u64 = 1000000000;
  if (unit == "ms") scale = 1000000;
  else if (unit == "us") scale = 1000;
  else if (unit == "ns") scale = 1;
  else if (unit != "" && unit != "s" && unit != "m" && unit != "h") return NOT_A_NUMBER;
  const value = parseDecimal(text.substring(0, n), scale);
  const factor: i64 = unit == "m" ? 60 : unit == "h" ? 3600 : 1;
  if (value == NOT_A_NUMBER || value == TOO_LARGE || value == -TOO_LARGE || factor == 1) return value;
  return value > (LIMIT as i64) / factor ? TOO_LARGE : value * factor;
}

/** `value` / 10^places with that many digits after the point. */
export function decimal(value: i64, places: i32): string {
  const negative = value < 0;
  const digits = (negative ? -value : value).toString().padStart(places + 1, "0");
  const point = digits.length - places;
  const text = places == 0 ? digits : digits.substring(0, point) + "." + digits.substring(point);
  return negative ? "-" + text : text;
}

/** Magnitude from which formatReal gives up. */
const REAL_LIMIT: f64 = 1e15;

/** A floating-point number with `places` (≤ 9) digits after the point, rounded; "-" where it is not finite or past 10^15. */
export function formatReal(value: f64, places: i32): string {
  if (!(value > -REAL_LIMIT && value < REAL_LIMIT)) return "-";
  let unit: i64 = 1;
  for (let i = 0; i < places; i++) unit *= 10;
  const whole = trunc(value);
  const rest = nearest((value - whole) * (unit as f64)) as i64;
  const magnitude = (abs(whole) as i64) + abs(rest) / unit;
  const text = magnitude.toString() + (places == 0 ? "" : "." + (abs(rest) % unit).toString().padStart(places, "0"));
  return value < 0 && (magnitude != 0 || abs(rest) % unit != 0) ? "-" + text : text;
}

/** 1536 → "1.5 KiB". */
export function formatBytes(bytes: u64): string {
  if (bytes < 1024) return bytes.toString() + " B";
  let shift: u64 = 10;
  let unit = "KiB";
  if (bytes >= 1 << 30) {
    shift = 30;
    unit = "GiB";
  } else if (bytes >= 1 << 20) {
    shift = 20;
    unit = "MiB";
  }
  const tenths = ((bytes >> (shift - 10)) * 10) >> 10;
  return decimal(tenths as i64, 1) + " " + unit;
}

/** Pages of 4 KiB as bytes. */
export function formatPages(pages: u64): string {
  return formatBytes(pages << 12);
}

/** 0.034 from 34000 ppm: three digits, rounded down so that 1.000 means all. */
export function formatPpm(ppm: u64): string {
  return decimal((ppm / 1000) as i64, 3);
}

/** A span of time: "850 ns", "12.3 us", "4.560 ms", "12.345 s", "2 min 5 s", "3 h 2 min". */
export function formatSpan(ns: u64): string {
  if (ns < 1000) return ns.toString() + " ns";
  if (ns < 1000000) return decimal((ns / 100) as i64, 1) + " us";
  if (ns < 1000000000) return decimal((ns / 1000) as i64, 3) + " ms";
  if (ns < 120000000000) return decimal((ns / 1000000) as i64, 3) + " s";
  const seconds = ns / 1000000000;
  if (seconds < 7200) return (seconds / 60).toString() + " min " + (seconds % 60).toString() + " s";
  return (seconds / 3600).toString() + " h " + ((seconds / 60) % 60).toString() + " min";
}

/** A point in uptime in seconds: "12.345678". */
export function formatStamp(ns: u64): string {
  return decimal((ns / 1000) as i64, 6);
}

/** A time since 1970 as a date, UTC: "2026-11-21 07:04:25". Days to date: Howard Hinnant's civil_from_days. */
export function formatDate(ns: u64): string {
  const seconds = ns / 1000000000;
  const days = (seconds / 86400) as i64;
  const z = days + 719468;
  const era = z / 146097;
  const dayOfEra = z - era * 146097;
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const part = (5 * dayOfYear + 2) / 153;
  const day = dayOfYear - (153 * part + 2) / 5 + 1;
  const month = part < 10 ? part + 3 : part - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const time = seconds % 86400;
  return year.toString() + "-" + two(month) + "-" + two(day) + " " + two((time / 3600) as i64) + ":" + two(((time / 60) % 60) as i64) + ":" + two((time % 60) as i64);
}

function two(value: i64): string {
  return value.toString().padStart(2, "0");
}
