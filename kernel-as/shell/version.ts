// The version that `version` and the banner print. Not the ABI hash, which both sides compare. A test holds it equal to package.json.
export const VERSION: string = "0.1.0";
