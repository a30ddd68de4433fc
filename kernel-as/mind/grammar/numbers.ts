// Numbers as a mind may write them: of each of the shell's numeric types the plain forms (12, -5, 64K, 25%, 0.8, 200ms), byte by byte, so that no beginning
// is accepted that cannot become a number within its bounds. shell/units.ts takes all of them; it takes others, too.

/** Types of numbers; the units of the bounds are those of shell/table.ts. */
export const enum Kind {
  None = 0,
  Integer = 1,
  /** bytes */
  Size = 2,
  /** bytes per second */
  Rate = 3,
  /** ppm */
  Fraction = 4,
  /** ns */
  Seconds = 5,
}

const enum Unit {
  None = 0,
  K = 1,
  M = 2,
  G = 3,
  Percent = 4,
  Milliseconds = 5,
  S = 6,
  Minutes = 7,
  Hours = 8,
}
const UNITS: i32 = 9;

const enum Phase {
  /** nothing yet, or a minus */
  Start = 0,
  Digits = 1,
  /** after the point */
  Decimals = 2,
  /** after an m: minutes, or milliseconds to come */
  M = 3,
  /** after its unit */
  Done = 4,
}

/** A number that is being written; part of a cursor. */
@unmanaged
export class Written {
  /** digits before the point, as a number */
  value: i64;
  /** those behind it */
  decimals: i64;
  /** Phase */
  phase: i32;
  digits: i32;
  decimalDigits: i32;
  negative: i32;
  /** Unit */
  unit: i32;
}

/** Begins a number. */
export function beginNumber(n: Written): void {
  n.value = 0;
  n.decimals = 0;
  n.phase = Phase.Start;
  n.digits = 0;
  n.decimalDigits = 0;
  n.negative = 0;
  n.unit = Unit.None;
}

/** What one of the unit is worth; 0 where the kind does not have it. */
function worth(kind: Kind, unit: i32): i64 {
  switch (kind) {
    case Kind.Integer:
      return unit === Unit.None ? 1 : 0;
    case Kind.Size:
      if (unit === Unit.None) return 1;
      return unit === Unit.K ? 1 << 10 : unit === Unit.M ? 1 << 20 : unit === Unit.G ? 1 << 30 : 0;
    case Kind.Rate:
      return unit === Unit.K ? 1 << 10 : unit === Unit.M ? 1 << 20 : unit === Unit.G ? 1 << 30 : 0;
    case Kind.Fraction:
      return unit === Unit.None ? 1_000_000 : unit === Unit.Percent ? 10_000 : 0;
    default:
      if (unit === Unit.None || unit === Unit.S) return 1_000_000_000;
      return unit === Unit.Milliseconds ? 1_000_000 : unit === Unit.Minutes ? 60_000_000_000 : unit === Unit.Hours ? 3_600_000_000_000 : 0;
  }
}

/** Digits before the point at most. */
function most(kind: Kind, unit: i32): i32 {
  if (kind === Kind.Integer) return 10;
  if (kind === Kind.Fraction) return unit === Unit.Percent ? 3 : 1;
  return kind === Kind.Size && unit === Unit.None ? 6 : 4;
}

/** Decimals at most: only where no unit follows. */
function mostDecimals(kind: Kind): i32 {
  return kind === Kind.Fraction ? 3 : kind === Kind.Seconds ? 2 : 0;
}

/** Whether a percentage of the machine's memory can stand for a size with these bounds. */
function sharesMemory(kind: Kind, least: i64, largest: i64): bool {
  return kind === Kind.Size && least <= 1 << 20 && largest >= 1 << 32;
}

/** Takes a byte. False: no number within the bounds begins so. */
export function advanceNumber(n: Written, byte: u32, kind: Kind, least: i64, largest: i64): bool {
  if (byte === 0x2d) {
    if (n.phase !== Phase.Start || n.negative !== 0 || least >= 0 || kind !== Kind.Integer) return false;
    n.negative = 1;
    return true;
  }
  if (byte >= 0x30 && byte <= 0x39) return digit(n, byte - 0x30, kind, least, largest);
  if (n.phase === Phase.M) {
    if (byte !== 0x73) return false;
    n.unit = Unit.Milliseconds;
    n.phase = Phase.Done;
    return reaches(n, kind, least, largest);
  }
  if (n.phase !== Phase.Digits) return false;
  if (byte === 0x2e) {
    if (mostDecimals(kind) === 0 || n.digits > 1) return false;
    n.phase = Phase.Decimals;
    return couldReach(n, kind, least, largest);
  }
  return unit(n, byte, kind, least, largest);
}

function digit(n: Written, value: i64, kind: Kind, least: i64, largest: i64): bool {
  if (n.phase === Phase.Decimals) {
    if (n.decimalDigits >= mostDecimals(kind)) return false;
    n.decimals = n.decimals * 10 + value;
    n.decimalDigits++;
    return couldReach(n, kind, least, largest);
  }
  if (n.phase > Phase.Digits) return false;
  // no zeros in front, and no −0
  if (n.digits > 0 && n.value === 0) return false;
  if (n.negative !== 0 && n.digits === 0 && value === 0) return false;
  n.phase = Phase.Digits;
  n.value = n.value * 10 + value;
  n.digits++;
  return couldReach(n, kind, least, largest);
}

function unit(n: Written, byte: u32, kind: Kind, least: i64, largest: i64): bool {
  n.phase = Phase.Done;
  if (byte === 0x4b) n.unit = Unit.K;
  else if (byte === 0x4d) n.unit = Unit.M;
  else if (byte === 0x47) n.unit = Unit.G;
  else if (byte === 0x25) n.unit = Unit.Percent;
  else if (byte === 0x73) n.unit = Unit.S;
  else if (byte === 0x68) n.unit = Unit.Hours;
  else if (byte === 0x6d) {
    // minutes, or the beginning of ms
    n.phase = Phase.M;
    n.unit = Unit.Minutes;
    if (reaches(n, kind, least, largest)) return true;
    n.unit = Unit.Milliseconds;
    const could = reaches(n, kind, least, largest);
    n.unit = Unit.Minutes;
    return could;
  } else return false;
  return reaches(n, kind, least, largest);
}

/** Whether it may end here. */
export function isNumber(n: Written, kind: Kind, least: i64, largest: i64): bool {
  if (n.phase === Phase.Start || (n.phase === Phase.Decimals && n.decimalDigits === 0)) return false;
  return reaches(n, kind, least, largest);
}

/** Whether it lies within the bounds as it is written. */
function reaches(n: Written, kind: Kind, least: i64, largest: i64): bool {
  if (n.unit === Unit.Percent && kind === Kind.Size) return sharesMemory(kind, least, largest) && n.value >= 1 && n.value <= 100;
  const one = worth(kind, n.unit);
  if (one === 0 || n.digits > most(kind, n.unit)) return false;
  let value = n.value * one;
  if (n.phase === Phase.Decimals) value += n.decimals * (one / power(n.decimalDigits));
  if (n.negative !== 0) value = -value;
  return value >= least && value <= largest;
}

/** Whether more digits, or a unit, or both can bring it within the bounds. */
function couldReach(n: Written, kind: Kind, least: i64, largest: i64): bool {
  if (n.phase === Phase.Decimals) {
    const one = worth(kind, Unit.None);
    for (let more = n.decimalDigits === 0 ? 1 : 0; more + n.decimalDigits <= mostDecimals(kind); more++) {
      const step = one / power(n.decimalDigits + more);
      const from = n.value * one + n.decimals * power(more) * step;
      if (meets(from, from + (power(more) - 1) * step, step, least, largest)) return true;
    }
    return false;
  }
  if (sharesMemory(kind, least, largest) && n.value >= 1 && n.value <= 100) return true;
  for (let i = 0; i < UNITS; i++) {
    const one = worth(kind, i);
    if (one === 0) continue;
    const room = n.value === 0 ? 0 : most(kind, i) - n.digits;
    for (let more = 0; more <= room; more++) {
      const from = n.value * power(more);
      const to = from + power(more) - 1;
      if (n.negative !== 0 ? meets(-to * one, -from * one, one, least, largest) : meets(from * one, to * one, one, least, largest)) return true;
    }
  }
  // 0.8 begins with a 0 that may itself be too small
  if (mostDecimals(kind) === 0 || n.digits > 1) return false;
  const whole = worth(kind, Unit.None);
  const step = whole / power(mostDecimals(kind));
  return meets(n.value * whole, (n.value + 1) * whole - step, step, least, largest);
}

/** Whether one of from, from + step, … to lies within the bounds. */
function meets(from: i64, to: i64, step: i64, least: i64, largest: i64): bool {
  const first = least <= from ? from : from + ((least - from + step - 1) / step) * step;
  return first <= to && first <= largest;
}

function power(digits: i32): i64 {
  let value: i64 = 1;
  for (let i = 0; i < digits; i++) value *= 10;
  return value;
}
