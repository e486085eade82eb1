import type { QemuMachine } from '../qemu-reference.js';
import { NEXT_RECORD } from './driver.js';
import { QEMU_RAM_SIZE, RECORD, RECORDS, RESULTS } from './layout.js';

/** QEMU's pseries, with the image as its firmware: that is where a pseries begins, in real mode. The guest asks for power-off at the end. */
export const PSERIES: QemuMachine = {
  program: 'qemu-system-ppc64',
  machine: ['-M', 'pseries,memory-backend=ram,cap-hpt-max-page-size=16m', '-cpu', 'power8', '-nodefaults', '-serial', 'none'],
  start: (file) => ['-bios', file],
  ramSize: QEMU_RAM_SIZE,
  ram: (image) => image.segments,
  // QEMU puts the firmware over the RAM's start, at every reset.
  file: ({ segments: [driver] }) => {
    const bytes = new Uint8Array(driver!.address + driver!.bytes.length);
    bytes.set(driver!.bytes, driver!.address);
    return bytes;
  },
  places: { records: RECORDS, recordSize: RECORD.size, results: RESULTS },
  nextRecord: NEXT_RECORD,
};
