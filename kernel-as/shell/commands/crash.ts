export function registerCrash(): void {}
