/** TensorFlow's numbers for bytes that represent real numbers (types.proto); the addon has no names for them. */
export const dataTypes = { signedByte: 11, unsignedByte: 12 } as const;
