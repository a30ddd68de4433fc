// Where the loader-specific code hands over. Top layer.
#ifndef GANGLION_MAIN_MAIN_H
#define GANGLION_MAIN_MAIN_H

// Boot as one ordered list, then the kernel loop. boot_facts is filled; interrupts are off.
_Noreturn void main_boot(void);

#endif
