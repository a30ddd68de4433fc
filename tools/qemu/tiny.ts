// Kernels of a few instructions, made here byte by byte: the accelerator's proof and the floor of the boot benchmark.
// Not the real image (tools/build). 32-bit code, entered by QEMU's PVH direct boot: protected mode, flat segments, no paging.
import { DEBUG_EXIT_PORT } from "../abi/generated.js";

const LOAD_PA = 0x10_0000;
/** Memory past the code that the tiny kernels may use. */
const SCRATCH_PA = LOAD_PA + 0x1000;
const EHDR_BYTES = 64;
const PHDR_BYTES = 56;
const NOTE_BYTES = 20;
const CODE_OFFSET = EHDR_BYTES + 2 * PHDR_BYTES + NOTE_BYTES + 4; // 200
/** XEN_ELFNOTE_PHYS32_ENTRY (Xen public/elfnote.h). */
const NOTE_PHYS32_ENTRY = 18;

/**
 * Wraps 32-bit code into an ELF64 that QEMU's -kernel starts through PVH.
 * @param code position: loaded and entered at LOAD_PA + CODE_OFFSET
 */
export function pvhElf(code: Uint8Array): Uint8Array {
  const file = new Uint8Array(CODE_OFFSET + code.length);
  const view = new DataView(file.buffer);
  const entry = LOAD_PA + CODE_OFFSET;
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]); // ELF64, little-endian
  view.setUint16(16, 2, true); // ET_EXEC
  view.setUint16(18, 62, true); // EM_X86_64
  view.setUint32(20, 1, true);
  view.setBigUint64(24, BigInt(entry), true);
  view.setBigUint64(32, BigInt(EHDR_BYTES), true);
  view.setUint16(52, EHDR_BYTES, true);
  view.setUint16(54, PHDR_BYTES, true);
  view.setUint16(56, 2, true);
  const header = (index: number, type: number, flags: number, offset: number, address: number, fileBytes: number, memoryBytes: number) => {
    const at = EHDR_BYTES + index * PHDR_BYTES;
    view.setUint32(at, type, true);
    view.setUint32(at + 4, flags, true);
    for (const [place, value] of [offset, address, address, fileBytes, memoryBytes, 4].entries()) view.setBigUint64(at + 8 + place * 8, BigInt(value), true);
  };
  const noteOffset = EHDR_BYTES + 2 * PHDR_BYTES;
  header(0, 1, 7, 0, LOAD_PA, file.length, 0x2000); // PT_LOAD
  header(1, 4, 4, noteOffset, LOAD_PA + noteOffset, NOTE_BYTES, NOTE_BYTES); // PT_NOTE
  view.setUint32(noteOffset, 4, true);
  view.setUint32(noteOffset + 4, 4, true);
  view.setUint32(noteOffset + 8, NOTE_PHYS32_ENTRY, true);
  file.set([0x58, 0x65, 0x6e, 0], noteOffset + 12); // "Xen"
  view.setUint32(noteOffset + 16, entry, true);
  file.set(code, CODE_OFFSET);
  return file;
}

const le32 = (value: number) => [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
const PORT = DEBUG_EXIT_PORT;

/** What the proof writes to the debug-exit port. */
export const Proof = { Native: 0x21, Emulated: 0x22, Wrong: 0x23 } as const;

const PROOF_ROUNDS = 50_000;
/**
 * Two instructions a round: 100 000 natively take about 100 000 cycles; emulated, at about 1 µs each, some 200 million. The limit
 * leaves 10 ms for a host that is busy elsewhere just then.
 */
const PROOF_LIMIT_CYCLES = 30_000_000;

/** Proves that ring-0 code runs natively (a timed loop) and may use SSE (paddd on registers, movaps to and from memory). */
export function proofKernel(): Uint8Array {
  const exitWith = (value: number) => [0xb0, value, 0xe6, PORT]; // mov al, value; out PORT, al
  const sse = [
    ...[0x66, 0x0f, 0x76, 0xc0], // pcmpeqd xmm0, xmm0   every lane −1
    ...[0x0f, 0x28, 0xc8], // movaps xmm1, xmm0
    ...[0x66, 0x0f, 0xfe, 0xc8], // paddd xmm1, xmm0     every lane −2
    ...[0x0f, 0x29, 0x0d, ...le32(SCRATCH_PA)], // movaps [scratch], xmm1
    ...[0x0f, 0x28, 0x15, ...le32(SCRATCH_PA)], // movaps xmm2, [scratch]
    ...[0x66, 0x0f, 0x7e, 0xd0], // movd eax, xmm2
    ...[0x83, 0xf8, 0xfe], // cmp eax, −2
    ...[0x75, 0x04], // jne wrong
    ...exitWith(Proof.Native),
    ...exitWith(Proof.Wrong), // wrong:
    ...[0xf4, 0xeb, 0xfd], // hlt; jmp back to it
  ];
  return pvhElf(
    Uint8Array.from([
      ...[0x0f, 0x20, 0xc0, 0x24, 0xfb, 0x0c, 0x02, 0x0f, 0x22, 0xc0], // CR0: EM off, MP on
      ...[0x0f, 0x20, 0xe0, 0x0d, ...le32(0x600), 0x0f, 0x22, 0xe0], // CR4: OSFXSR, OSXMMEXCPT
      ...[0x0f, 0x31, 0x89, 0xc6, 0x89, 0xd7], // rdtsc; esi, edi = start
      ...[0xb9, ...le32(PROOF_ROUNDS)], // mov ecx, rounds
      ...[0x49, 0x75, 0xfd], // dec ecx; jnz back to it
      ...[0x0f, 0x31, 0x29, 0xf0, 0x19, 0xfa], // rdtsc; edx:eax −= start
      ...[0x85, 0xd2, 0x75, 0x07], // test edx, edx; jnz emulated
      ...[0x3d, ...le32(PROOF_LIMIT_CYCLES)], // cmp eax, limit
      ...[0x76, 0x04], // jbe sse
      ...exitWith(Proof.Emulated), // emulated:
      ...sse,
    ]),
  );
}

/** The byte that floorKernel sends. */
export const FLOOR_BYTE = 0x46;

/** Eight instructions: one byte to COM1, then debug exit. What QEMU and its firmware cost, and nothing else. */
export function floorKernel(): Uint8Array {
  return pvhElf(
    Uint8Array.from([
      ...[0x66, 0xba, 0xf8, 0x03], // mov dx, 0x3f8
      ...[0xb0, FLOOR_BYTE], // mov al, 'F'
      0xee, // out dx, al
      ...[0x31, 0xc0], // xor eax, eax
      ...[0xb0, 0x10], // mov al, 0x10
      ...[0xe6, PORT], // out PORT, al
      0xf4, // hlt
      ...[0xeb, 0xfd], // jmp back to it
    ]),
  );
}
