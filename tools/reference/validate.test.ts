// The validator (kernel-as/validate) against V8's: the same answer on every module, real, written, random or damaged, but where ours
// says that it does not know a feature or that nesting is too deep; those cases are counted and printed.
import { beforeAll, describe, expect, it } from "vitest";
import { Status } from "../abi/generated.js";
import { Rng } from "../sim/rng.js";
import { type Bytes, binModules, imageModules, mutate, Ours, Tally } from "./agreement.js";
import { randomModule, textModules } from "./validate-modules.js";
import { leb } from "./validate-mutations.js";

const SEED = 20;
const SMALL_BYTES = 8192;
const SMALL_MUTATIONS = 150_000;
const RANDOM_MODULES = 40_000;
const LARGE_MUTATIONS = 5000;
const BIN_MUTATIONS = 1000;
const DEEPEST = 1024;

let h: Ours;
let small: Bytes[];
let large: Bytes[];
let bin: Bytes[];

const ours = (bytes: Uint8Array, nesting?: number, room?: number) => h.validate(bytes, nesting, room);
const why = () => h.why;

beforeAll(async () => {
  h = new Ours();
  bin = [...binModules().values()];
  const all = [h.self, ...(await imageModules()).values()];
  small = [...all.filter((bytes) => bytes.length <= SMALL_BYTES), ...(await textModules())];
  large = all.filter((bytes) => bytes.length > SMALL_BYTES);
}, 180_000);

function print(title: string, tally: Tally): void {
  process.stdout.write(`${title}: ${tally.text}\n`);
}

describe("agreement with V8", () => {
  it("on every module undamaged", () => {
    expect(small.length).toBeGreaterThanOrEqual(20);
    for (const bytes of [...small, ...large]) {
      expect([ours(bytes, DEEPEST), why()]).toEqual([0, ""]);
      expect(WebAssembly.validate(bytes)).toBe(true);
    }
  });

  it(`on ${SMALL_MUTATIONS} mutations of small modules`, () => {
    const rng = new Rng(SEED);
    const tally = new Tally(h);
    for (let i = 0; i < SMALL_MUTATIONS; i++) {
      const { name, bytes } = mutate(rng, small, small);
      tally.compare(bytes, `${name} ${i}`);
    }
    print("mutations of small modules", tally);
    expect(tally.disagreements.slice(0, 12)).toEqual([]);
    expect(tally.agreed.accepted).toBeGreaterThan(SMALL_MUTATIONS / 20);
  });

  it(`on ${RANDOM_MODULES} random bodies`, () => {
    const rng = new Rng(SEED + 1);
    const tally = new Tally(h);
    for (let i = 0; i < RANDOM_MODULES; i++) tally.compare(randomModule(rng), `random ${i}`);
    print("random bodies", tally);
    expect(tally.disagreements.slice(0, 12)).toEqual([]);
    expect(tally.agreed.accepted).toBeGreaterThan(RANDOM_MODULES / 20);
  });

  it(`on ${LARGE_MUTATIONS} mutations of the kernel, the shell and other large modules`, () => {
    const rng = new Rng(SEED + 2);
    const tally = new Tally(h, DEEPEST);
    for (let i = 0; i < LARGE_MUTATIONS; i++) {
      const { name, bytes } = mutate(rng, large, small);
      tally.compare(bytes, `${name} ${i}`);
    }
    print("mutations of large modules", tally);
    expect(tally.disagreements.slice(0, 12)).toEqual([]);
  });

  // The short form of `npm run eval -- validator`; all of it takes minutes.
  it(`on the programs of /bin, undamaged and in ${BIN_MUTATIONS} mutations`, (context) => {
    if (bin.length === 0) return context.skip("npm run build -- initrd makes them");
    for (const bytes of bin) expect([ours(bytes, DEEPEST), why()]).toEqual([0, ""]);
    const rng = new Rng(SEED + 4);
    const tally = new Tally(h, DEEPEST);
    for (let i = 0; i < BIN_MUTATIONS; i++) {
      const { name, bytes } = mutate(rng, bin, bin);
      tally.compare(bytes, `${name} ${i}`);
    }
    print("mutations of the programs of /bin", tally);
    expect(tally.disagreements.slice(0, 12)).toEqual([]);
    return undefined;
  });
});

describe("rules one by one", () => {
  const MAGIC = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const section = (id: number, body: number[]) => [id, ...leb(body.length), ...body];
  const vector = (items: number[][]) => [...leb(items.length), ...items.flat()];
  const bytesOf = (...sections: number[][]) => Uint8Array.from([...MAGIC, ...sections.flat()]);
  const TYPES = [0x7f, 0x7e, 0x7d, 0x7c, 0x70, 0x6f];
  /** One function (parameters) → (results) with these locals and body, a memory, tables, globals. */
  const withBody = (body: number[], results: number[] = [], locals: number[] = [0], parameters: number[] = []) => {
    const whole = [...locals, ...body, 0x0b];
    return bytesOf(
      section(1, vector([[0x60, ...leb(parameters.length), ...parameters, ...leb(results.length), ...results]])),
      section(3, [1, 0]),
      section(4, [2, 0x70, 0, 1, 0x6f, 0, 1]),
      section(5, [1, 0, 1]),
      section(6, [1, 0x7f, 1, 0x41, 0, 0x0b]),
      section(10, [1, ...leb(whole.length), ...whole]),
    );
  };
  const nested = (depth: number, opcode = 2) =>
    withBody([
      ...Array(depth)
        .fill([...(opcode === 4 ? [0x41, 0] : []), opcode, 0x40])
        .flat(),
      ...Array(depth).fill(0x0b),
    ]);
  const agree = (bytes: Bytes, what: string, kinds: readonly number[] = []) => {
    const mine = ours(bytes);
    const theirs = WebAssembly.validate(bytes);
    if (theirs && kinds.includes(mine)) return mine;
    expect(mine === Status.Ok, `${what}: ours ${mine} ${why()}, V8 ${theirs}`).toBe(theirs);
    return mine;
  };

  it("gives every numeric instruction its own types: all operands, all results", () => {
    let valid = 0;
    const operands = [...TYPES.slice(0, 4).map((a) => [a]), ...TYPES.slice(0, 4).flatMap((a) => TYPES.slice(0, 4).map((b) => [a, b]))];
    const opcodes = [...Array(0x80).keys()].map((i) => [0x45 + i]).concat([...Array(8).keys()].map((i) => [0xfc, i]));
    for (const opcode of opcodes)
      for (const parameters of operands)
        for (const result of TYPES.slice(0, 4))
          if (agree(withBody([...parameters.flatMap((_, i) => [0x20, i]), ...opcode], [result], [0], parameters), `${opcode} ${parameters} ${result}`) === 0) valid++;
    expect(valid).toBe(opcodes.length);
  });

  it("takes and refuses every opcode and prefixed opcode as V8 does, with each alignment and index", () => {
    const tally = new Tally(h);
    for (let opcode = 0; opcode < 256; opcode++)
      for (const immediates of [[], [0], [1], [2], [3], [4], [0x40], [0x70], [0x6f], [0x7f], [0, 0], [1, 0], [2, 0], [3, 0], [0, 1], [1, 0x7f], [0, 0, 0], [0x80, 0]])
        for (const drops of [0, 1]) tally.compare(withBody([0x00, opcode, ...immediates, ...Array(drops).fill(0x1a), 0x00]), `opcode ${opcode} ${immediates}`);
    for (let opcode = 0; opcode < 64; opcode++)
      for (const immediates of [[], [0], [1], [0, 0], [0, 1], [1, 0], [1, 1], [0x80, 0], [0, 0, 0]])
        for (const long of [false, true]) tally.compare(withBody([0x00, 0xfc, ...(long ? [opcode | 0x80, 0] : [opcode]), ...immediates, 0x00]), `0xfc ${opcode} ${immediates}`);
    print("opcodes", tally);
    expect(tally.disagreements).toEqual([]);
  });

  it("checks what branches carry as V8 does: two blocks or loops, their types, the operands, every form of branch", () => {
    const tally = new Tally(h);
    const blocks = [2, 3].flatMap((opcode) => [0x40, 0x7f, 0x7e, 0x70, 0].map((type) => [...(type === 0 ? [0x41, 0] : []), opcode, type]));
    const operands = [[], [0x41, 1], [0x42, 1], [0xd0, 0x70], [0xd0, 0x6f], [0x42, 1, 0x41, 1], [0x41, 1, 0x42, 1]];
    const branches = [0, 1, 2].flatMap((label) => [
      [0x0c, label],
      [0x41, 0, 0x0d, label],
    ]);
    const tables = [
      [0, 0],
      [0, 1],
      [1, 0],
      [0, 2],
      [2, 0],
      [1, 2],
    ].map((labels) => [0x41, 0, 0x0e, 1, ...labels]);
    for (const outer of blocks)
      for (const inner of blocks)
        for (const carried of operands)
          for (const branch of [...branches, ...tables])
            for (const reached of [[], [0x00]]) {
              const body = [...outer, ...inner, ...reached, ...carried, ...branch, 0x00, 0x0b, 0x00, 0x0b, 0x00];
              tally.compare(withBody(body, [0x7e], [0], [0x7f]), `${outer} / ${inner} / ${carried} / ${branch}`);
            }
    print("branches", tally);
    expect(tally.disagreements.slice(0, 12)).toEqual([]);
    expect(tally.agreed.accepted).toBeGreaterThan(1000);
    // An if without else hands its parameters on.
    for (const parameters of TYPES)
      for (const results of TYPES) agree(withBody([0x20, 0, 0x41, 0, 0x04, 0, 0x00, 0x0b], [results], [0], [parameters]), `if ${parameters} ${results}`);
  });

  it("keeps V8's limits", () => {
    const locals = (count: number, parameters = 0) => withBody([], [], [1, ...leb(count), 0x7f], Array(parameters).fill(0x7f));
    const type = (parameters: number, results: number) =>
      bytesOf(section(1, vector([[0x60, ...leb(parameters), ...Array(parameters).fill(0x7f), ...leb(results), ...Array(results).fill(0x7e)]])));
    const branches = (count: number) => withBody([0x41, 0, 0x0e, ...leb(count), ...Array(count + 1).fill(0)]);
    const cases: [string, Bytes][] = [
      ...[49_999, 50_000, 50_001, 4_294_967_295].map((count): [string, Bytes] => [`${count} locals`, locals(count)]),
      ...[49_000, 49_001].map((count): [string, Bytes] => [`1000 parameters and ${count} locals`, locals(count, 1000)]),
      ...[1000, 1001].flatMap((count): [string, Bytes][] => [
        [`${count} parameters`, type(count, 0)],
        [`${count} results`, type(0, count)],
      ]),
      ...[65_520, 65_521].map((count): [string, Bytes] => [`${count} branches`, branches(count)]),
      ...[65_536, 65_537].map((pages): [string, Bytes] => [`${pages} pages`, bytesOf(section(5, [1, 0, ...leb(pages)]))]),
      ...[65_536, 65_537].map((pages): [string, Bytes] => [`maximum ${pages} pages`, bytesOf(section(5, [1, 1, 1, ...leb(pages)]))]),
      ...[10_000_000, 10_000_001, 0xffff_ffff].map((count): [string, Bytes] => [`table of ${count}`, bytesOf(section(4, [1, 0x70, 0, ...leb(count)]))]),
      ["table without a real maximum", bytesOf(section(4, [1, 0x70, 1, 1, 0xff, 0xff, 0xff, 0xff, 0x0f]))],
      ["100000 tables", bytesOf(section(4, [...leb(100_000), ...Array(100_000).fill([0x70, 0, 0]).flat()]))],
      ["100001 tables", bytesOf(section(4, [...leb(100_001), ...Array(100_001).fill([0x70, 0, 0]).flat()]))],
      ["minimum above maximum", bytesOf(section(5, [1, 1, 2, 1]))],
      ["data count without data", bytesOf(section(5, [1, 0, 1]), section(12, [1]))],
      ["data count of none", bytesOf(section(12, [0]))],
      ["no bodies", bytesOf(section(1, [1, 0x60, 0, 0]), section(3, [1, 0]))],
      ["empty", bytesOf()],
      ["empty sections", bytesOf(...[1, 2, 3, 4, 5, 6, 7, 9, 12, 10, 11].map((id) => section(id, [0])))],
    ];
    for (const [what, bytes] of cases) agree(bytes, what);
  });

  it("checks names: UTF-8 in every place, duplicate exports however long their length is written", () => {
    const rng = new Rng(SEED + 3);
    const EDGES = [0, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff];
    let valid = 0;
    for (let i = 0; i < 6000; i++) {
      const text = Array.from({ length: 1 + Math.floor(rng.next() * 5) }, () => rng.pick(EDGES));
      const place = i % 3;
      const name = [...leb(text.length), ...text];
      const bytes =
        place === 0 ? bytesOf(section(0, name)) : place === 1 ? bytesOf(section(2, [1, ...name, 0, 3, 0x7f, 0])) : bytesOf(section(5, [1, 0, 1]), section(7, [1, ...name, 2, 0]));
      if (agree(bytes, `name ${text}`) === 0) valid++;
    }
    expect(valid).toBeGreaterThan(100);
    const exported = (names: number[][]) => bytesOf(section(5, [1, 0, 1]), section(7, vector(names.map((name) => [...name, 2, 0]))));
    agree(
      exported([
        [1, 0x61],
        [1, 0x62],
      ]),
      "two names",
    );
    expect(
      agree(
        exported([
          [1, 0x61],
          [1, 0x62],
          [0x81, 0, 0x61],
        ]),
        "a name twice",
      ),
    ).toBe(Status.Corrupt);
    expect(why()).toBe("two exports have the same name");
    for (let i = 0; i < 400; i++)
      agree(exported(Array.from({ length: 2 + Math.floor(rng.next() * 12) }, () => [2, 0x61 + Math.floor(rng.next() * 9), 0x61 + Math.floor(rng.next() * 9)])), "names");
  });

  it("bounds nesting, in blocks, loops and ifs", () => {
    for (const opcode of [2, 3, 4]) {
      for (const depth of [0, 1, 63, 64]) {
        expect(ours(nested(depth, opcode))).toBe(Status.Ok);
        expect(h.nesting).toBe(depth);
      }
      for (const depth of [65, 66, 5000]) expect(ours(nested(depth, opcode)), why()).toBe(Status.TooDeep);
      expect(ours(nested(DEEPEST, opcode), 0xffff_ffff)).toBe(Status.Ok);
      expect(ours(nested(DEEPEST + 1, opcode), 0xffff_ffff)).toBe(Status.TooDeep);
    }
  });

  it("bounds the operand stack", () => {
    const constants = (count: number) => withBody([...Array(count).fill([0x41, 0]).flat(), ...Array(count).fill(0x1a)]);
    expect(ours(constants(65_536))).toBe(Status.Ok);
    expect(ours(constants(65_537))).toBe(Status.TooDeep);
    expect(why()).toBe("its operand stack is too deep");
  });

  it("names later features as such, and where", () => {
    for (const [what, body] of [
      ["vectors", [0xfd, 0x0c]],
      ["threads", [0xfe, 0x03, 0]],
      ["tail calls", [0x12, 0]],
      ["garbage collection", [0xfb, 0]],
      ["exceptions", [0x06, 0x40, 0x0b]],
      ["typed references", [0xd5, 0]],
    ] as [string, number[]][]) {
      const bytes = withBody([0x00, ...body]);
      expect([ours(bytes), why()], what).toEqual([Status.Unsupported, what]);
      expect(h.offset).toBe(bytes.length - body.length);
    }
  });
});

describe("bounds", () => {
  it("refuses every truncation as V8 does, never reads past the end, never needs more than its room", () => {
    for (const bytes of [...small, h.self]) {
      for (let length = 0; length < bytes.length; length += 1 + (length >> 7)) {
        const cut = bytes.slice(0, length);
        expect(ours(cut) === Status.Ok, `${length} of ${bytes.length}: ${why()}`).toBe(WebAssembly.validate(cut));
      }
    }
  });

  it("says NoMemory where the arena is too small, at every size", () => {
    const bytes = small[small.length - 1] as Bytes;
    expect(ours(bytes)).toBe(Status.Ok);
    const needed = h.taken;
    for (let room = 1; room < needed; room += room > needed - 500 ? 1 : 997) expect(ours(bytes, 64, room), `${room} of ${needed}`).toBe(Status.NoMemory);
    expect(ours(bytes, 64, needed)).toBe(Status.Ok);
  });

  it("says what a module uses", () => {
    const texts = small.slice(-4).map((bytes) => [ours(bytes), h.used]);
    expect(texts).toEqual([
      [0, 0],
      [0, 2],
      [0, 4],
      [0, 3],
    ]);
  });
});
