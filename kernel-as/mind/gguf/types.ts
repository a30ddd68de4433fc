// Names and sizes of GGUF's types. Pure.

// Types of metadata values.
export const VALUE_U8: u32 = 0;
export const VALUE_I8: u32 = 1;
export const VALUE_U16: u32 = 2;
export const VALUE_I16: u32 = 3;
export const VALUE_U32: u32 = 4;
export const VALUE_I32: u32 = 5;
export const VALUE_F32: u32 = 6;
export const VALUE_BOOL: u32 = 7;
export const VALUE_STRING: u32 = 8;
export const VALUE_ARRAY: u32 = 9;
export const VALUE_U64: u32 = 10;
export const VALUE_I64: u32 = 11;
export const VALUE_F64: u32 = 12;

/** Bytes of a metadata value of fixed size; 0 for strings, arrays and unknown types. */
export function valueBytes(type: u32): u32 {
  if (type <= VALUE_I8 || type === VALUE_BOOL) return 1;
  if (type <= VALUE_I16) return 2;
  if (type <= VALUE_F32) return 4;
  return type >= VALUE_U64 && type <= VALUE_F64 ? 8 : 0;
}

/** The name of a tensor type, for a message; "" for one that nobody knows. */
export function tensorTypeName(type: u32): string {
  if (type === 0) return "F32";
  if (type === 1) return "F16";
  if (type === 2) return "Q4_0";
  if (type === 3) return "Q4_1";
  if (type === 6) return "Q5_0";
  if (type === 7) return "Q5_1";
  if (type === 8) return "Q8_0";
  if (type === 9) return "Q8_1";
  if (type === 10) return "Q2_K";
  if (type === 11) return "Q3_K";
  if (type === 12) return "Q4_K";
  if (type === 13) return "Q5_K";
  if (type === 14) return "Q6_K";
  if (type === 15) return "Q8_K";
  if (type === 16) return "IQ2_XXS";
  if (type === 17) return "IQ2_XS";
  if (type === 18) return "IQ3_XXS";
  if (type === 19) return "IQ1_S";
  if (type === 20) return "IQ4_NL";
  if (type === 21) return "IQ3_S";
  if (type === 22) return "IQ2_S";
  if (type === 23) return "IQ4_XS";
  if (type === 24) return "I8";
  if (type === 25) return "I16";
  if (type === 26) return "I32";
  if (type === 27) return "I64";
  if (type === 28) return "F64";
  if (type === 29) return "IQ1_M";
  if (type === 30) return "BF16";
  if (type === 34) return "TQ1_0";
  if (type === 35) return "TQ2_0";
  if (type === 39) return "MXFP4";
  return "";
}

/** Values in a block of a tensor type that is supported; 0 for others. */
export function typeBlock(type: u32): u32 {
  if (type <= 1) return 1;
  return type === 2 || type === 3 || type === 8 ? 32 : 0;
}
/** Bytes of such a block. */
export function typeBlockBytes(type: u32): u32 {
  if (type === 0) return 4;
  if (type === 1) return 2;
  return type === 2 ? 18 : type === 3 ? 20 : type === 8 ? 34 : 0;
}
