export function registerKernel(): void {}
