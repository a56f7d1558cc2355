import { type EngineLoader, EngineUnavailable } from "./engine.ts";

export const loadNative: EngineLoader = async () => {
  throw new EngineUnavailable("absent", "Native TensorFlow is not installed.");
};
