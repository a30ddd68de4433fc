export function registerModules(): void {}
