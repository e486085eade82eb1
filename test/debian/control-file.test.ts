import { describe, expect, it } from 'vitest';
import { formatControl, parseControl, relationNames } from '../../src/debian/control-file.js';

const TEXT = `Package: one
Version: 1:2.0-1
Description: short
 long
 .
 longer
Depends: libc6 (>= 2.36), a | b

Package: two
Conffiles:
 /etc/two 0123
`;

describe('control files', () => {
  it('are read by paragraphs and fields', () => {
    const [one, two, ...rest] = parseControl(TEXT);
    expect(rest).toEqual([]);
    expect(Object.fromEntries(one)).toEqual({
      Package: 'one',
      Version: '1:2.0-1',
      Description: 'short\n long\n .\n longer',
      Depends: 'libc6 (>= 2.36), a | b',
    });
    expect(two.get('Conffiles')).toBe('\n /etc/two 0123');
  });

  it('are written as they were read', () => expect(parseControl(TEXT).map(formatControl).join('\n')).toBe(TEXT));

  it('have no paragraphs when empty', () => expect(parseControl('\n\n')).toEqual([]));

  it('name packages in relations', () => {
    const field = 'linux-image-6.1.0-50-powerpc64le (= 6.1.176-1), kmod, initramfs-tools (>= 0.120) | linux-initramfs-tool, perl:any, x [ppc64el]';
    expect(relationNames(field)).toEqual(['linux-image-6.1.0-50-powerpc64le', 'kmod', 'initramfs-tools', 'perl', 'x']);
    expect(relationNames('')).toEqual([]);
  });
}); // prettier-ignore
