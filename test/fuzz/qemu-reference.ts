/** QEMU as what our engine is compared with. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../src/config-error.js';
import type { Places, ReferenceTarget } from './architecture.js';
import type { Image } from './image.js';
import { readRam, runQemu, writeRam } from './run-qemu.js';
import type { Segment } from './segment.js';

/** How one of QEMU's machines runs an image. */
export interface QemuMachine {
  readonly program: string;
  /** Arguments for the machine, whose RAM is the memory backend `ram`; and those that start the file. */
  readonly machine: readonly string[];
  start(file: string): readonly string[];
  readonly ramSize: number;
  /** What lies in RAM at the start, and the file that QEMU loads. */
  ram(image: Image): readonly Segment[];
  file(image: Image): Uint8Array;
  readonly places: Pick<Places, 'records' | 'recordSize' | 'results'>;
  /** Where the guest keeps the address of the record to load next, as a word. */
  readonly nextRecord: number;
}

const TIMEOUT_SECONDS = 120;

/** Runs images in QEMU. The guest's RAM is a file, which holds the results when the guest has ended QEMU. */
export class QemuReference implements ReferenceTarget {
  readonly #folder = mkdtempSync(join(tmpdir(), 'powerjit-fuzz-'));

  constructor(readonly machine: QemuMachine) {}

  async run(image: Image): Promise<Uint8Array> {
    const { program, machine, ramSize, places } = this.machine;
    const ram = join(this.#folder, 'ram');
    const file = join(this.#folder, 'image');
    writeRam(ram, ramSize, this.machine.ram(image));
    writeFileSync(file, this.machine.file(image));
    const megabytes = ramSize >>> 20;
    const args = [
      ...machine,
      ...['-m', `${megabytes}`, '-object', `memory-backend-file,id=ram,size=${megabytes}M,mem-path=${ram},share=on`],
      ...['-display', 'none', '-monitor', 'none', '-no-reboot'],
      ...this.machine.start(file),
    ];
    try {
      await runQemu(program, args, TIMEOUT_SECONDS);
    } catch (error) {
      throw error instanceof ConfigError ? error : new Error(`${(error as Error).message}\n${this.#lastStream(image, ram)}`);
    }
    return readRam(ram, places.results, image.resultsSize);
  }

  /** What a guest was at that has not ended: it hangs in this stream, if it has begun one. */
  #lastStream({ placements }: Image, ram: string): string {
    const { places, nextRecord } = this.machine;
    const next = new DataView(readRam(ram, nextRecord, 4).buffer).getUint32(0);
    const p = placements[(next - places.records) / places.recordSize - 1];
    if (!p) return 'it has begun no stream';
    const words = p.stream.instructions.map(({ inst, word }) => `${inst.mnemonic} ${word.toString(16)}`);
    return `its last stream is ${p.layout}, MSR ${p.msr.toString(16)}: ${words.join(', ')}`;
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
