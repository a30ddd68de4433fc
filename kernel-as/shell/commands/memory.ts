export function registerMemory(): void {}
