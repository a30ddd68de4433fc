export function registerPower(): void {}
