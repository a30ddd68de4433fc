// The token budget: a bound on the tokens that the mind reads and writes in a second. What a prompt takes is paid back before more is written.
import * as sys from "../../abi/sys";

const SECOND_NS: u64 = 1_000_000_000;

let perSecond: u32 = 0;
/** Tokens that may be used at `since`, in billionths; below 0: owed. */
let credit: i64 = 0;
let since: u64 = 0;

/** Tokens a second; 0 no bound. */
export function setBudget(tokens: u32): void {
  perSecond = tokens;
  credit = 0;
  since = sys.time_now();
}

export function budget(): u32 {
  return perSecond;
}

// A second's worth is saved up at most.
function refill(nowNs: u64): void {
  const most = <i64>perSecond * SECOND_NS;
  const passed = min<u64>(nowNs - since, 3600 * SECOND_NS);
  credit = min<i64>(credit + <i64>(passed * perSecond), most);
  since = nowNs;
}

/** Notes tokens that were used. */
export function spend(tokens: i32): void {
  if (perSecond === 0) return;
  refill(sys.time_now());
  credit -= <i64>tokens * SECOND_NS;
}

/** Time until the next token may be used; 0 now. */
export function heldFor(): u64 {
  if (perSecond === 0) return 0;
  refill(sys.time_now());
  return credit >= 0 ? 0 : <u64>-credit / perSecond + 1;
}
