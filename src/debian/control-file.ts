/**
 * One paragraph of Debian control data (deb-control(5)): fields by name, in the order they stand. Values of several lines keep
 * their line ends and the blank at the beginning of each further line.
 */
export type ControlParagraph = ReadonlyMap<string, string>;

/** Reads paragraphs that are separated by empty lines, as control files and apt's answers hold them. */
export function parseControl(text: string): ControlParagraph[] {
  return text
    .split(/\n(?:[ \t]*\n)+/)
    .map(parseParagraph)
    .filter((paragraph) => paragraph.size > 0);
}

function parseParagraph(text: string): ControlParagraph {
  const fields = new Map<string, string>();
  let current: string | undefined;
  for (const line of text.split('\n')) {
    if (current !== undefined && /^[ \t]/.test(line)) {
      fields.set(current, `${fields.get(current)}\n${line}`);
      continue;
    }
    const match = /^([^\s:#][^:]*):[ \t]*(.*)$/.exec(line);
    if (!match) continue;
    current = match[1];
    fields.set(current, match[2]);
  }
  return fields;
}

/** The text of one paragraph, ending with a line end. */
export function formatControl(paragraph: ControlParagraph): string {
  // A value that goes on in further lines alone has nothing behind the colon.
  return [...paragraph].map(([name, value]) => (/^\n|^$/.test(value) ? `${name}:${value}\n` : `${name}: ${value}\n`)).join('');
}

/** Names of packages that a relation field (Depends, Pre-Depends) names first in each of its alternatives, without versions. */
export function relationNames(field: string): string[] {
  return field
    .split(',')
    .map(
      (relation) =>
        relation
          .split('|')[0]
          .trim()
          .split(/[\s(:[]/)[0],
    )
    .filter((name) => name !== '');
}
