export function registerStress(): void {}
