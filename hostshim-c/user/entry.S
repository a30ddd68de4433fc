// The first instruction of a ring-3 program. The stack is empty and 16-byte aligned.
.section .text.entry, "ax"
.globl user_entry
user_entry:
  xor %ebp, %ebp // ends a backtrace
  call user_main
  ud2
.section .note.GNU-stack, "", @progbits
