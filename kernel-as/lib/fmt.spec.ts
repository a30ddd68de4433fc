// Specs of fmt.ts.
import { ascii, room, spec, textOf } from "../spec/harness";
import { nameSetLiteral } from "./bytes";
import { TextWriter } from "./fmt";

const w = changetype<TextWriter>(memory.data(16));

function fresh(): TextWriter {
  w.init(room(128), 128);
  return w;
}

// What was written, and an empty writer.
function said(): string {
  const text = textOf(w.base, w.length);
  w.clear();
  return text;
}

export function fmtSpecs(): void {
  spec("lib/fmt/decimal", () => {
    fresh();
    w.unsigned(0);
    assert(said() == "0", "zero");
    w.unsigned(u64.MAX_VALUE);
    assert(said() == "18446744073709551615", "the largest");
    w.unsigned(42, 5);
    assert(said() == "00042", "leading zeros");
    w.unsigned(123456, 3);
    assert(said() == "123456", "more digits than asked");
    w.signed(i64.MIN_VALUE);
    assert(said() == "-9223372036854775808", "the smallest");
    w.signed(-1);
    assert(said() == "-1", "minus one");
    for (let i: u32 = 0, power: u64 = 1; i < 19; i++, power *= 10) {
      w.unsigned(power);
      assert(said() == power.toString(), "powers of ten");
      w.unsigned(power * 10 - 1);
      assert(said() == (power * 10 - 1).toString(), "and the ones before");
    }
  });

  spec("lib/fmt/hex", () => {
    fresh();
    w.hex(0);
    assert(said() == "0", "zero");
    w.hex(0xdead_beef);
    assert(said() == "deadbeef", "lower case");
    w.hex(0xf, 4);
    assert(said() == "000f", "padded");
    w.hex(u64.MAX_VALUE, 2);
    assert(said() == "ffffffffffffffff", "the largest");
  });

  spec("lib/fmt/fractions", () => {
    fresh();
    w.ppm(812_500);
    assert(said() == "0.813", "halves round up");
    w.ppm(999_999);
    assert(said() == "1.000", "rounding carries");
    w.ppm(0);
    assert(said() == "0.000", "zero");
    w.ppm(-499);
    assert(said() == "0.000", "no minus before zero");
    w.ppm(-1_250_000);
    assert(said() == "-1.250", "negative");
    w.percent(812_549);
    assert(said() == "81.3", "percent");
    w.seconds(1_500_000_000);
    assert(said() == "1.500", "seconds");
    w.seconds(1, 9);
    assert(said() == "0.000000001", "every digit");
    w.seconds(59_999_999_999, 0);
    assert(said() == "60", "no decimals, no point");
    w.seconds(i64.MAX_VALUE, 0);
    assert(said() == "9223372037", "the largest");
  });

  spec("lib/fmt/bytes-for-people", () => {
    fresh();
    w.humanBytes(0);
    assert(said() == "0 B", "none");
    w.humanBytes(1023);
    assert(said() == "1023 B", "below a unit");
    w.humanBytes(1024);
    assert(said() == "1.0 KiB", "one unit");
    w.humanBytes(1536);
    assert(said() == "1.5 KiB", "tenths");
    w.humanBytes(10239);
    assert(said() == "10 KiB", "9.99 KiB rounds to 10");
    w.humanBytes(10 * 1024 + 512);
    assert(said() == "11 KiB", "from ten on whole");
    w.humanBytes(1024 * 1024 - 1);
    assert(said() == "1.0 MiB", "rounding reaches the next unit");
    w.humanBytes(512 * 1024 * 1024);
    assert(said() == "512 MiB", "a machine");
    w.humanBytes(u64.MAX_VALUE);
    assert(said() == "16 EiB", "the largest");
  });

  spec("lib/fmt/columns", () => {
    fresh();
    w.text("a");
    let mark = w.length;
    w.unsigned(42);
    w.padLeft(mark, 6);
    mark = w.length;
    w.text("bc");
    w.padRight(mark, 4);
    w.text("|");
    mark = w.length;
    w.text("wider");
    w.padLeft(mark, 3);
    w.padRight(mark, 3);
    assert(said() == "a    42bc  |wider", "left, right, and what is too wide stays");
  });

  spec("lib/fmt/cuts-and-counts", () => {
    const memory = room(16);
    store<u8>(memory + 4, 0x7e);
    w.init(memory, 4);
    w.text("abcdef");
    w.bytes(ascii("gh"), 2);
    w.padLeft(0, 9);
    assert(w.length == 4 && w.dropped == 9 && load<u8>(memory + 4) == 0x7e, "nothing past the end, the rest counted");
    w.clear();
    w.text("xy");
    w.padLeft(0, 9);
    assert(textOf(memory, w.length) == "  xy" && load<u8>(memory + 4) == 0x7e, "padding that does not fit");
  });

  spec("lib/fmt/json", () => {
    fresh();
    w.jsonText('a "b" \\ c');
    assert(said() == '"a \\"b\\" \\\\ c"', "quotes and backslashes");
    const raw = room(8);
    store<u64>(raw, 0x417f_ff1e_0d09_0a00);
    w.jsonString(raw, 8);
    assert(said() == '"\\u0000\\n\\t\\r\\u001e\\u00ff\\u007fA"', "control bytes and bytes that are not ASCII");
    nameSetLiteral(raw, 8, "ok");
    w.jsonName(raw, 8);
    assert(said() == '"ok"', "a name stops at its NUL");
    w.name(raw, 8);
    assert(said() == "ok", "and without quotes");
  });
}
