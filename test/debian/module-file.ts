/** A module file for tests: what modprobe reads of one, between other bytes. */
export function moduleFile(fields: readonly string[]): Uint8Array {
  return new TextEncoder().encode(`\x7fELF alias=none\0${fields.map((field) => `${field}\0`).join('')}\x01\x02 depends=no\0`);
}
