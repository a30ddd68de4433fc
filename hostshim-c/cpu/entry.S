// The ways between ring 3 and ring 0: interrupt entries, system call, and the way back. Not the meaning of a trap:
// that is traps.c (ring 0) and hostshim-c/main (ring 3).
//
// While a thread runs, TSS.rsp0 and syscall_stack point behind the registers_t of its context, so what the processor
// and these entries push lands in the context itself. kernel_stack holds the stack that cpu_enter_user left.

#define VECTOR_SYSCALL 0x100
#define USER_DATA_SELECTOR 0x23
#define USER_CODE_SELECTOR 0x2b

.section .text
.code64

.macro PUSH_REGISTERS
  push %rdi
  push %rsi
  push %rdx
  push %rcx
  push %rax
  push %r8
  push %r9
  push %r10
  push %r11
  push %rbx
  push %rbp
  push %r12
  push %r13
  push %r14
  push %r15
.endm

.macro POP_REGISTERS
  pop %r15
  pop %r14
  pop %r13
  pop %r12
  pop %rbp
  pop %rbx
  pop %r11
  pop %r10
  pop %r9
  pop %r8
  pop %rax
  pop %rcx
  pop %rdx
  pop %rsi
  pop %rdi
.endm

// A no-op of 3 bytes that becomes clac (0xca) or stac (0xcb) where there is SMAP (cpu/features.c).
.macro SMAP_PATCH last_byte
77:
  .byte 0x0f, 0x1f, 0x00
  .pushsection .smap_patches, "a"
  .quad 77b, \last_byte
  .popsection
.endm

// uint64_t cpu_enter_user(registers_t *registers)
.globl cpu_enter_user
cpu_enter_user:
  push %rbp
  push %rbx
  push %r12
  push %r13
  push %r14
  push %r15
  mov %rsp, kernel_stack(%rip)
  mov %rdi, %rsp
  POP_REGISTERS
  cmpl $VECTOR_SYSCALL, (%rsp)
  jne 1f
  mov 16(%rsp), %rcx // rip, below USER_END_VA: a system call is made from a mapped page
  mov 32(%rsp), %r11 // rflags
  mov 40(%rsp), %rsp
  sysretq
1:add $16, %rsp // vector, error code
  iretq

// The thread's registers are saved; back to the caller of cpu_enter_user.
leave_user:
  SMAP_PATCH 0xca
  cld
  mov 120(%rsp), %rax // vector
  mov kernel_stack(%rip), %rsp
  pop %r15
  pop %r14
  pop %r13
  pop %r12
  pop %rbx
  pop %rbp
  ret

.globl syscall_entry
syscall_entry:
  mov %rsp, syscall_user_stack(%rip)
  mov syscall_stack(%rip), %rsp
  pushq $USER_DATA_SELECTOR
  pushq syscall_user_stack(%rip)
  push %r11
  pushq $USER_CODE_SELECTOR
  push %rcx
  pushq $0
  pushq $VECTOR_SYSCALL
  PUSH_REGISTERS
  jmp leave_user

// Interrupts and exceptions without a stack of their own.
trap_common:
  testb $3, 24(%rsp) // cs
  jz trap_in_ring0
  PUSH_REGISTERS
  jmp leave_user

// From ring 0; #DF, NMI and #MC from anywhere, on their own stacks.
trap_in_ring0:
  PUSH_REGISTERS
  SMAP_PATCH 0xca
  cld
  mov %rsp, %rdi
  // Stands for a call from the place that trapped, so that a backtrace goes on there.
  push 136(%rsp) // rip
  push %rbp
  mov %rsp, %rbp
  call trap_handle_ring0
  add $16, %rsp
  POP_REGISTERS
  add $16, %rsp
  iretq

// 256 entries of 16 bytes each; cpu/idt.c computes their addresses.
.balign 16
.globl trap_entries
trap_entries:
.set vector, 0
.rept 256
  .balign 16
  .if (vector == 8) || ((vector >= 10) && (vector <= 14)) || (vector == 17) || (vector == 21) || (vector == 29) || (vector == 30)
  .else
    pushq $0
  .endif
  pushq $vector
  .if (vector == 2) || (vector == 8) || (vector == 18)
    jmp trap_in_ring0
  .else
    jmp trap_common
  .endif
  .set vector, vector + 1
.endr

// bool user_copy(void *to, const void *from, uint64_t count): false where a page was not mapped.
.globl user_copy
user_copy:
  SMAP_PATCH 0xcb
user_copy_start:
  cmp $8, %rdx
  jb 2f
1:mov (%rsi), %rax
  mov %rax, (%rdi)
  add $8, %rsi
  add $8, %rdi
  sub $8, %rdx
  cmp $8, %rdx
  jae 1b
2:test %rdx, %rdx
  jz 4f
3:mov (%rsi), %al
  mov %al, (%rdi)
  inc %rsi
  inc %rdi
  dec %rdx
  jnz 3b
4:
user_copy_end:
  SMAP_PATCH 0xca
  mov $1, %eax
  ret
user_copy_failed:
  SMAP_PATCH 0xca
  xor %eax, %eax
  ret

// A page fault in [start, end) goes on at the third address.
.section .exception_table, "a"
.balign 8
  .quad user_copy_start, user_copy_end, user_copy_failed

.section .bss
.balign 8
kernel_stack: .skip 8
syscall_user_stack: .skip 8
.globl syscall_stack
syscall_stack: .skip 8
.section .note.GNU-stack, "", @progbits
