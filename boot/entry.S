// The first instructions: 32-bit entry of PVH and Multiboot2, 64-bit entry of Limine. They reach C on the main stack
// with early page tables; the final ones are built in C. Linked high, runs low until the jump: only `symbol - BASE`.
#include "base/limits.h"

#define BASE 0xffffffff80000000
#define LOW(symbol) ((symbol) - BASE)
#define MULTIBOOT2_MAGIC 0xe85250d6
#define MULTIBOOT2_LOADED 0x36d76289

// Multiboot2 specification 1.6, section 3.1: within the first 32 KiB of the file, 8-byte aligned.
.section .multiboot2, "a"
.balign 8
multiboot2_header:
  .long MULTIBOOT2_MAGIC, 0, multiboot2_end - multiboot2_header
  .long 0x100000000 - (MULTIBOOT2_MAGIC + (multiboot2_end - multiboot2_header))
  .short 3, 0 // entry address
  .long 12, LOW(entry32)
  .balign 8
  .short 6, 0 // modules page aligned
  .long 8
  .balign 8
  .short 0, 0 // end
  .long 8
multiboot2_end:

// Xen's PVH ABI: note type 18, the physical address of a 32-bit entry.
.section .note.pvh, "a", @note
.balign 4
  .long 4, 8, 18
  .asciz "Xen"
  .quad LOW(entry32)

.section .text.entry, "ax"
.code32
.globl entry32
entry32:
  cli
  cld
  mov %eax, %ebp // Multiboot2's magic number, or anything
  mov %ebx, %esi // information from the loader
  rdtsc
  mov %eax, LOW(entry_tsc)
  mov %edx, LOW(entry_tsc) + 4

  // The first GiB, by 2 MiB pages, at 0, at the direct map and at BASE.
  mov $LOW(early_directory), %edi
  mov $0x83, %eax // present, writable, large
  xor %ecx, %ecx
1:mov %eax, (%edi, %ecx, 8)
  add $0x200000, %eax
  inc %ecx
  cmp $512, %ecx
  jne 1b
  movl $LOW(early_directory) + 3, LOW(early_pointers_low)
  movl $LOW(early_directory) + 3, LOW(early_pointers_high) + 510 * 8
  movl $LOW(early_pointers_low) + 3, LOW(early_top)
  movl $LOW(early_pointers_low) + 3, LOW(early_top) + 256 * 8
  movl $LOW(early_pointers_high) + 3, LOW(early_top) + 511 * 8

  mov $LOW(early_top), %eax
  mov %eax, %cr3
  mov $0x20, %eax // PAE
  mov %eax, %cr4
  mov $0xc0000080, %ecx // EFER
  rdmsr
  or $0x100, %eax // LME
  wrmsr
  mov $0x80010011, %eax // PG, WP, ET, PE
  mov %eax, %cr0
  lgdt LOW(early_gdt_pointer)
  ljmp $8, $LOW(entry64_low)

.code64
entry64_low:
  movabs $entry64_high, %rax
  jmp *%rax
entry64_high:
  xor %eax, %eax
  mov %eax, %ds
  mov %eax, %es
  mov %eax, %fs
  mov %eax, %gs
  mov %eax, %ss
  mov $main_stack_top, %rsp
  mov %esi, %edi // information
  xor %esi, %esi
  cmp $MULTIBOOT2_LOADED, %ebp
  sete %sil
  xor %ebp, %ebp // ends the backtrace
  push %rbp // a return address, so that the stack is aligned as after a call
  jmp boot_start32

// Limine: long mode, paging on, its own stack, which lies in memory that becomes free.
.globl limine_entry
limine_entry:
  cli
  cld
  rdtsc
  mov %eax, entry_tsc(%rip)
  mov %edx, entry_tsc + 4(%rip)
  mov $main_stack_top, %rsp
  xor %ebp, %ebp
  push %rbp
  jmp boot_start_limine

.section .rodata
.balign 8
early_gdt:
  .quad 0, 0x00af9b000000ffff
early_gdt_pointer:
  .short 15
  .long LOW(early_gdt)

.section .data
.balign 8
.globl entry_tsc
entry_tsc: .quad 0

.section .bss
.balign 4096
early_top: .skip 4096
early_pointers_low: .skip 4096
early_pointers_high: .skip 4096
early_directory: .skip 4096

// A page that is never mapped lies below each stack: a full stack faults instead of overwriting.
.section .bss.stacks, "aw", @nobits
.balign 4096
.globl stacks_start, main_stack_guard, main_stack, main_stack_top
.globl double_fault_guard, double_fault_top, nmi_guard, nmi_top, machine_check_guard, machine_check_top
main_stack_guard: .skip 4096
main_stack: .skip MAIN_STACK_BYTES
main_stack_top:
double_fault_guard: .skip 4096
  .skip FAULT_STACK_BYTES
double_fault_top:
nmi_guard: .skip 4096
  .skip FAULT_STACK_BYTES
nmi_top:
machine_check_guard: .skip 4096
  .skip FAULT_STACK_BYTES
machine_check_top:
.section .note.GNU-stack, "", @progbits
