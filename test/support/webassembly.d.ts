/** What tests use of WebAssembly beyond jit/webassembly.d.ts. */
declare namespace WebAssembly {
  type Exports = Record<string, unknown>;
  namespace Module {
    function exports(module: Module): readonly { readonly name: string; readonly kind: string }[];
  }
  function validate(bytes: Uint8Array): boolean;
  function instantiate(bytes: Uint8Array, imports?: Record<string, Record<string, unknown>>): Promise<{ readonly instance: Instance }>;
}
