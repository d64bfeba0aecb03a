import { useQuery } from '@tanstack/react-query';
import type { AccessKeyView, FlagView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { usePlace } from '../api/place.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { useAddress } from '../routing/use-route.ts';
import { type SnippetLanguage, snippetOf } from './snippet.ts';

const LANGUAGES: readonly (readonly [SnippetLanguage, string])[] = [
  ['node', 'Node'],
  ['browser', 'Browser'],
  ['react', 'React'],
];

/** How to ask for this flag, with this server's address, and which of the environment's keys it takes. */
export function Snippets({ flag }: { readonly flag: FlagView }): ReactNode {
  const { api, environment } = usePlace();
  const address = useAddress();
  const [language, setLanguage] = useState<SnippetLanguage>('node');
  // Only admins may list keys; for the others the snippet stands without their names.
  const keys = useQuery({
    queryKey: ['keys'],
    queryFn: () => api.list<AccessKeyView>('/api/v1/keys'),
    retry: false,
  });
  const wanted = language === 'node' ? 'server' : 'browser';
  const key = keys.data?.find(
    (each) => each.kind === wanted && each.environment === environment && each.revokedAtMs === null,
  );
  const snippet = snippetOf({
    language,
    flagKey: flag.key,
    kind: flag.kind,
    url: new URL('.', window.location.href).href.replace(/\/$/, ''),
    browserKey: key === undefined ? 'tg_web_…' : `${key.hint}…`,
  });
  return (
    <section className="card stack" aria-labelledby="snippets-title">
      <div className="row">
        <h2 id="snippets-title">In your application</h2>
        <span className="bar-space" />
        <fieldset className="choice">
          <legend className="hidden">Language</legend>
          {LANGUAGES.map(([value, words]) => (
            <label key={value}>
              <input type="radio" name="language" checked={language === value} onChange={() => setLanguage(value)} />
              <span>{words}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <div className="snippet">
        <CopyButton text={snippet} what="the snippet" />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who scrolls by keyboard must be able to come here */}
        <pre tabIndex={0}>{snippet}</pre>
      </div>
      <p className="faint">
        {key === undefined ? (
          <>
            It takes a {wanted} key of {environment}.
          </>
        ) : (
          <>
            The key is <strong>{key.name}</strong>, which begins with <code>{key.hint}</code>.
          </>
        )}{' '}
        <a href={address('keys')}>Keys</a>
        {wanted === 'browser' &&
          flag.clientSide === 'off' &&
          ' Browsers get nothing of this flag yet: see its settings.'}
      </p>
    </section>
  );
}
