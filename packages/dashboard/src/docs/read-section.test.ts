import { expect, test } from 'vitest';
import { DOCS_PLACES, readDocsPage } from './docs-places.ts';
import { piecesOf, readSection } from './read-section.ts';

const PAGE = `# Page

Not this.

## Caps, and holdbacks

A cap ends the
stages, see [below](#x).

\`\`\`yaml
# no heading
maxTreatment: 30%
\`\`\`

### Deeper

| field | says |
| --- | --- |
| \`a\` | one \\| two |

- first
  goes on
- second

## Next

Not this either.
`;

test('a section is what stands under its heading, with what is deeper, and a comment in a program is no heading', () => {
  expect(readSection(PAGE, 'caps-and-holdbacks')).toEqual([
    { kind: 'heading', text: 'Caps, and holdbacks' },
    { kind: 'paragraph', text: 'A cap ends the stages, see [below](#x).' },
    { kind: 'code', text: '# no heading\nmaxTreatment: 30%' },
    { kind: 'heading', text: 'Deeper' },
    {
      kind: 'table',
      rows: [
        ['field', 'says'],
        ['`a`', 'one | two'],
      ],
    },
    { kind: 'list', items: ['first goes on', 'second'] },
  ]);
  expect(readSection(PAGE, 'nowhere')).toBeUndefined();
});

test('of a link its words stay, and code and stress are told apart', () => {
  expect(piecesOf('See [the `x` page](y.md), **now**.')).toEqual([
    { kind: 'text', text: 'See the ' },
    { kind: 'code', text: 'x' },
    { kind: 'text', text: ' page, ' },
    { kind: 'strong', text: 'now' },
    { kind: 'text', text: '.' },
  ]);
});

test.each(DOCS_PLACES)('%s is in the documentation', async (place) => {
  const { markdown, anchor } = await readDocsPage(place);
  expect(readSection(markdown, anchor)?.length).toBeGreaterThan(1);
});
