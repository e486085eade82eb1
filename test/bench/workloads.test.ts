import { describe, expect, it } from 'vitest';
import { parseWorkloads } from '../../bench/suites/workloads.js';

const OUTPUT = `BENCHSTART\r
## md5sum\r
fb5c6fce38c0b81746c8c3eeef2b7ae8  file\r
real\t0m 0.20s\r
user\t0m 0.10s\r
## shloop\r
30000\r
real\t1m 2.50s\r
## dd-file\r
real\t0m 0.10s\r
## cbench\r
CBENCH crc32     it=40       us=53493      sum=8070fe4c\r
CBENCH total us=1756875\r
real\t0m 2.00s\r
## dhry\r
DHRY 2.1 it=1000000 us=275435 per_s=3630620 DMIPS=2066\r
real\t0m 0.30s\r
BENCHEND\r
`;

describe("the initrd's list", () => {
  it('gives times and checksums of programs and of timed loops', () => {
    expect(parseWorkloads(OUTPUT)).toEqual([
      { name: 'md5sum', seconds: 0.2, checksum: 'fb5c6fce38c0b81746c8c3eeef2b7ae8' },
      { name: 'shloop', seconds: 62.5, checksum: '30000' },
      { name: 'dd-file', seconds: 0.1, checksum: '' },
      { name: 'crc32', seconds: 0.053493, checksum: '8070fe4c' },
      { name: 'dhrystone', seconds: 0.275435, checksum: '' },
    ]);
  });
});
