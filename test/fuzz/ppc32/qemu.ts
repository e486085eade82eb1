import type { QemuMachine } from '../qemu-reference.js';
import { NEXT_RECORD } from './driver.js';
import { elfImage } from './elf-image.js';
import { RAM_SIZE, RECORD, RECORDS, RESULTS } from './layout.js';

/** QEMU's bamboo, with the image as its kernel. The guest asks for a reset at the end. */
export const BAMBOO: QemuMachine = {
  program: 'qemu-system-ppc',
  machine: ['-M', 'bamboo,memory-backend=ram', '-nic', 'none', '-serial', 'null'],
  start: (file) => ['-kernel', file],
  ramSize: RAM_SIZE,
  ram: () => [],
  file: ({ entry, segments }) => elfImage(entry, segments),
  places: { records: RECORDS, recordSize: RECORD.size, results: RESULTS },
  nextRecord: NEXT_RECORD,
};
