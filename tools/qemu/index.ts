// The surface of tools/qemu: options, arguments, accelerator, process, tiny kernels.

export { type AccelChoice, chooseAccel, prove } from "./accel.js";
export { ARGUMENT_TABLE, gdbLine, type QemuPlan, qemuArguments } from "./arguments.js";
export { FILES_FOLDER, initrdOf, packFiles } from "./files.js";
export { initrdFile, kernelCommandLine, type MachineOptions, type MachineOptionsInput, NO_INITRD, parseMachineOptions } from "./options.js";
export { type Ending, exitStatusOf, findQemu, QEMU, type QemuExit, QemuProcess } from "./process.js";
export { Tail } from "./tail.js";
export { FLOOR_BYTE, floorKernel, Proof, proofKernel, pvhElf } from "./tiny.js";
