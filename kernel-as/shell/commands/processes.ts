export function registerProcesses(): void {}
