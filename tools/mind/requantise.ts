// A model in another weight type. Matrices are changed; vectors (norms) stay F32, as every reader expects.
import type { GgufContent, MetadataValue } from "./gguf.js";
import { dequantise, GgufError, quantise, WEIGHT_TYPES, type WeightType } from "./quantise.js";

/** The same model with matrices of `type`. What is of that type already is left as it is. @throws GgufError where a row is no whole blocks */
export function requantise({ metadata, tensors }: GgufContent, type: WeightType): GgufContent {
  const fileType: MetadataValue = { type: "u32", value: WEIGHT_TYPES[type].fileType };
  return {
    metadata: new Map([...metadata, ["general.file_type", fileType]]),
    tensors: tensors.map((tensor) => {
      if (tensor.shape.length < 2 || tensor.type === type) return tensor;
      const columns = tensor.shape[0] as number;
      if (columns % WEIGHT_TYPES[type].block !== 0) {
        throw new GgufError(`tensor ${tensor.name} has rows of ${columns} values, which cannot be ${type}`, { expected: "a multiple of 32; else use F16 or F32" });
      }
      const count = tensor.shape.reduce((a, b) => a * b);
      return { ...tensor, type, data: quantise(type, dequantise(tensor.type, tensor.data, count)) };
    }),
  };
}
