// Where things lie in the kernel half of every address space. Only numbers. Bottom layer.
#ifndef GANGLION_BASE_LAYOUT_H
#define GANGLION_BASE_LAYOUT_H

// Each of these starts a 512 GiB slot of the top-level table; all slots in use are filled at boot.
#define DIRECT_MAP_VA 0xffff800000000000ULL // all RAM, writable, not executable
#define DIRECT_MAP_BYTES 0x20000000000ULL // 2 TiB: RAM above stays unused
#define WINDOW_VA 0xffffa00000000000ULL // guard windows
#define WINDOW_STRIDE_BYTES 0x240000000ULL // 9 GiB: WINDOW_BYTES, rounded up to a whole page-directory
#define DEVICE_VA 0xffffc00000000000ULL // memory-mapped devices below 4 GiB, at DEVICE_VA + physical address
#define IMAGE_VA 0xffffffff80200000ULL // boot/linker.ld

#endif
