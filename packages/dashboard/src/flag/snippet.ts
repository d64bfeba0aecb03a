export type SnippetLanguage = 'node' | 'browser' | 'react';

export interface SnippetInput {
  readonly language: SnippetLanguage;
  readonly flagKey: string;
  readonly kind: 'boolean' | 'string' | 'number' | 'json';
  /** Where this server is. */
  readonly url: string;
  /** A server key comes from the environment, so that it is in no source; a browser key is public. */
  readonly browserKey: string;
}

const DEFAULTS: Readonly<Record<SnippetInput['kind'], string>> = {
  boolean: 'false',
  string: "'control'",
  number: '0',
  json: '{}',
};

/** What one pastes into an application to ask for a flag. */
export function snippetOf({ language, flagKey, kind, url, browserKey }: SnippetInput): string {
  const asked = `${quoted(flagKey)}`;
  const otherwise = DEFAULTS[kind];
  const place = `url: ${quoted(url)}`;
  switch (language) {
    case 'node':
      return `import { createClient } from '@tidegate/sdk-node';

const client = createClient({ ${place}, key: process.env.TIDEGATE_SERVER_KEY });
await client.waitForInitialization();

const value = client.variation(${asked}, { targetingKey: userId }, ${otherwise});
`;
    case 'browser':
      return `import { createClient } from '@tidegate/sdk-browser';

const client = createClient({
  ${place},
  key: ${quoted(browserKey)},
  context: { targetingKey: userId },
});

const value = client.variation(${asked}, ${otherwise});
`;
    case 'react':
      return `import { createClient } from '@tidegate/sdk-browser';
import { TidegateProvider, useFlag } from '@tidegate/sdk-browser/react';

const client = createClient({
  ${place},
  key: ${quoted(browserKey)},
  context: { targetingKey: userId },
});

export const App = () => (
  <TidegateProvider client={client}>
    <Page />
  </TidegateProvider>
);

function Page() {
  const value = useFlag(${asked}, ${otherwise});
}
`;
    default:
      throw language satisfies never;
  }
}

/** As a text of JavaScript in single quotes, whatever is in it. */
function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}
