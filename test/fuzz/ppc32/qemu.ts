import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReferenceTarget } from '../architecture.js';
import type { Image } from '../image.js';
import { readRam, runQemu, writeRam } from '../run-qemu.js';
import { elfImage } from './elf-image.js';
import { RAM_SIZE, RESULTS } from './layout.js';

/** The program. */
export const QEMU = 'qemu-system-ppc';
const TIMEOUT_SECONDS = 120;

/** Runs images in QEMU's bamboo. The guest's RAM is a file, which holds the results when the guest has asked for a reset. */
export class BambooReference implements ReferenceTarget {
  readonly #folder = mkdtempSync(join(tmpdir(), 'powerjit-fuzz-'));

  async run(image: Image): Promise<Uint8Array> {
    const ram = join(this.#folder, 'ram');
    const kernel = join(this.#folder, 'fuzz.elf');
    writeRam(ram, RAM_SIZE, []);
    writeFileSync(kernel, elfImage(image.entry, image.segments));
    const megabytes = RAM_SIZE >>> 20;
    const args = [
      ...['-M', 'bamboo,memory-backend=ram', '-m', `${megabytes}`],
      ...['-object', `memory-backend-file,id=ram,size=${megabytes}M,mem-path=${ram},share=on`],
      ...['-display', 'none', '-monitor', 'none', '-serial', 'null', '-nic', 'none', '-no-reboot', '-kernel', kernel],
    ];
    await runQemu(QEMU, args, TIMEOUT_SECONDS);
    return readRam(ram, RESULTS, image.resultsSize);
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
