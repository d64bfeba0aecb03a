import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Dialog } from '../parts/dialog.tsx';
import { Waiting } from '../parts/loading.tsx';
import { type DocsPlace, readDocsPage } from './docs-places.ts';
import { type DocsBlock, type DocsPiece, piecesOf, readSection } from './read-section.ts';

/** Opens a part of the documentation over the page, where nothing that was typed is lost. */
export function DocsLink({ to, about }: { readonly to: DocsPlace; readonly about: string }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="small quiet docs-link" onClick={() => setOpen(true)}>
        Read more<span className="hidden"> of {about}</span>
      </button>
      {isOpen && <DocsDialog to={to} about={about} onClose={() => setOpen(false)} />}
    </>
  );
}

interface DocsDialogProps {
  readonly to: DocsPlace;
  readonly about: string;
  readonly onClose: () => void;
}

function DocsDialog({ to, about, onClose }: DocsDialogProps): ReactNode {
  const read = useQuery({
    queryKey: ['docs', to],
    queryFn: async () => {
      const { markdown, anchor } = await readDocsPage(to);
      return readSection(markdown, anchor) ?? [];
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Dialog label={`Documentation of ${about}`} className="wide" onClose={onClose}>
      <div className="stack docs">
        <Waiting of={read} what="documentation" />
        {read.data?.map((block, index) => (
          <Block key={index} block={block} />
        ))}
        <div className="actions">
          <span className="faint">
            <code>docs/{to.replace('#', '.md#')}</code>
          </span>
          <span className="bar-space" />
          <button type="button" onClick={onClose}>
            Close
          </button>
        </div>
      </div>
    </Dialog>
  );
}

function Block({ block }: { readonly block: DocsBlock }): ReactNode {
  switch (block.kind) {
    case 'heading':
      return <h2>{block.text}</h2>;
    case 'paragraph':
      return (
        <p>
          <Words text={block.text} />
        </p>
      );
    case 'list':
      return (
        <ul>
          {block.items.map((item) => (
            <li key={item}>
              <Words text={item} />
            </li>
          ))}
        </ul>
      );
    case 'code':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: who scrolls by keyboard must be able to come here
        <pre className="plan" tabIndex={0}>
          {block.text}
        </pre>
      );
    case 'table':
      return <Table rows={block.rows} />;
    default:
      throw block satisfies never;
  }
}

function Table({ rows: [titles = [], ...rows] }: { readonly rows: readonly (readonly string[])[] }): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who scrolls by keyboard must be able to come here
    <section className="scroll" tabIndex={0} aria-label="Table">
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
          {rows.map((cells) => (
            <tr key={cells.join('|')}>
              {cells.map((cell, index) => (
                <td key={index} className="wide">
                  <Words text={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Words({ text }: { readonly text: string }): ReactNode {
  return piecesOf(text).map((piece, index) => <Piece key={index} piece={piece} />);
}

function Piece({ piece: { kind, text } }: { readonly piece: DocsPiece }): ReactNode {
  if (kind === 'code') return <code>{text}</code>;
  return kind === 'strong' ? <strong>{text}</strong> : text;
}
