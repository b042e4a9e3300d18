/** The part of gltf-validator (which carries no types) that the tests use. */
declare module 'gltf-validator' {
  interface Report {
    issues: {
      numErrors: number;
      /** severity: 0 error, 1 warning, 2 information, 3 hint. */
      messages: { code: string; message: string; severity: number; pointer: string }[];
    };
  }
  const validator: { validateBytes(bytes: Uint8Array): Promise<Report> };
  export default validator;
}
