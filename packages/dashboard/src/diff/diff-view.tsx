import { Fragment, type ReactNode } from 'react';
import { diffLines, foldRows, linesOf } from './diff-lines.ts';

interface DiffViewProps {
  readonly before: unknown;
  readonly after: unknown;
  readonly titles?: readonly [string, string];
}

/** Two documents side by side. A sign beside the colour says what came and went. */
export function DiffView({ before, after, titles = ['Before', 'After'] }: DiffViewProps): ReactNode {
  const rows = foldRows(diffLines(linesOf(before), linesOf(after)));
  const places = rows.map((row, index) => ({ row, place: index }));
  if (rows.every((row) => row === undefined)) return <p className="faint">Nothing is different.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who scrolls by keyboard must be able to come here
    <section className="diff scroll" aria-label={`${titles[0]} and ${titles[1]}`} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {titles.map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {places.map(({ row, place }) => (
            <Fragment key={place}>
              {row === undefined ? (
                <tr className="fold">
                  <td colSpan={2}>⋯</td>
                </tr>
              ) : (
                <tr className={row.kind}>
                  <td className={row.kind === 'same' || row.left === undefined ? '' : 'gone'}>{row.left ?? ''}</td>
                  <td className={row.kind === 'same' || row.right === undefined ? '' : 'came'}>{row.right ?? ''}</td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </section>
  );
}
