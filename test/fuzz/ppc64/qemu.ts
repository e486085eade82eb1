import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../../src/config-error.js';
import type { ReferenceTarget } from '../architecture.js';
import type { Image } from '../image.js';
import { readRam, runQemu, writeRam } from '../run-qemu.js';
import { NEXT_RECORD } from './driver.js';
import { QEMU_RAM_SIZE, RECORD, RECORDS, RESULTS } from './layout.js';

/** The program. */
export const QEMU = 'qemu-system-ppc64';
const TIMEOUT_SECONDS = 120;

/**
 * Runs images in QEMU's pseries, as its firmware: that is where a pseries begins, in real mode. The guest's RAM is a file that has the image
 * at the start, and the results when the guest has asked for power-off.
 */
export class PseriesReference implements ReferenceTarget {
  readonly #folder = mkdtempSync(join(tmpdir(), 'powerjit-fuzz-'));

  async run(image: Image): Promise<Uint8Array> {
    const ram = join(this.#folder, 'ram');
    const firmware = join(this.#folder, 'fuzz.bin');
    writeRam(ram, QEMU_RAM_SIZE, image.segments);
    // QEMU puts the firmware over the RAM's start, at every reset.
    const [driver] = image.segments;
    const bytes = new Uint8Array(driver!.address + driver!.bytes.length);
    bytes.set(driver!.bytes, driver!.address);
    writeFileSync(firmware, bytes);
    const megabytes = QEMU_RAM_SIZE >>> 20;
    const args = [
      ...['-M', 'pseries,memory-backend=ram,cap-hpt-max-page-size=16m', '-cpu', 'power8', '-m', `${megabytes}`],
      ...['-object', `memory-backend-file,id=ram,size=${megabytes}M,mem-path=${ram},share=on`],
      ...['-nodefaults', '-display', 'none', '-monitor', 'none', '-serial', 'none', '-no-reboot', '-bios', firmware],
    ];
    try {
      await runQemu(QEMU, args, TIMEOUT_SECONDS);
    } catch (error) {
      throw error instanceof ConfigError ? error : new Error(`${(error as Error).message}\n${lastStream(image, ram)}`);
    }
    return readRam(ram, RESULTS, image.resultsSize);
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** What the guest was at: it has not asked for power-off, so it hangs in this stream, if it has begun one. */
function lastStream({ placements }: Image, ram: string): string {
  const next = new DataView(readRam(ram, NEXT_RECORD, 8).buffer).getUint32(4);
  const p = placements[(next - RECORDS) / RECORD.size - 1];
  if (!p) return 'it has begun no stream';
  const words = p.stream.instructions.map(({ inst, word }) => `${inst.mnemonic} ${word.toString(16)}`);
  return `its last stream is ${p.layout}, MSR ${p.msr.toString(16)}: ${words.join(', ')}`;
}
