import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { capturedIo } from '../captured-io.ts';
import { runCli } from '../run-cli.ts';

/** What TypeScript says of each of these modules, as one program. */
function compile(texts: Readonly<Record<string, string>>): Readonly<Record<string, readonly string[]>> {
  // Where both SDKs and React are found by their names.
  const here = fileURLToPath(new URL('../../../sdk-browser/src', import.meta.url));
  const paths = new Map(Object.keys(texts).map((name) => [name, join(here, name)]));
  const textAt = new Map(Object.entries(texts).map(([name, text]) => [join(here, name), text]));
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    allowImportingTsExtensions: true,
    customConditions: ['@tidegate/source'],
    types: ['node'],
  };
  const host = ts.createCompilerHost(options);
  const sources: ts.CompilerHost = {
    ...host,
    fileExists: (path) => textAt.has(path) || host.fileExists(path),
    readFile: (path) => textAt.get(path) ?? host.readFile(path),
    getSourceFile(path, target) {
      const text = textAt.get(path);
      return text === undefined ? host.getSourceFile(path, target) : ts.createSourceFile(path, text, target);
    },
  };
  const program = ts.createProgram({ rootNames: [...paths.values()], options, host: sources });
  const found = [...paths].map(([name, path]) => {
    const diagnostics = ts.getPreEmitDiagnostics(program, program.getSourceFile(path));
    return [name, diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))];
  });
  return Object.fromEntries(found);
}

const words = (...values: string[]) => values.map((value, index) => ({ key: `v${index}`, value }));

const flags = {
  'new-checkout': {},
  button: { kind: 'string', variations: words('red', 'blue', "o'clock\\") },
  limit: { kind: 'number', variations: [{ key: 'low', value: 10 }] },
  theme: {
    kind: 'json',
    variations: [
      { key: 'a', value: { size: 1, 'font-face': ['mono', null] } },
      { key: 'b', value: { size: 2, 'font-face': [], deep: true } },
    ],
  },
  plan: {
    kind: 'json',
    valueSchema: { type: 'object', properties: { tier: { enum: ['free', 'pro'] } }, required: ['tier'] },
    variations: [{ key: 'a', value: { tier: 'free' } }],
  },
  any: { kind: 'json', variations: [{ key: 'a', value: [] }] },
};

/** What the programs below import, so that they are renamed together. */
const IMPORTED: keyof typeof import('@tidegate/sdk-node') = 'createClient';

const app = `
  import { ${IMPORTED} } from '@tidegate/sdk-node';
  import type { Flags } from './flags.generated.ts';
  const client = createClient<Flags>({ url: 'http://127.0.0.1:4280', key: 'k' });
  const context = { targetingKey: 'ada' };

  export const isNew: boolean = client.variation('new-checkout', context, false);
  export const colour: 'red' | 'blue' | "o'clock\\\\" = client.variation('button', context, 'red');
  export const limit: number = client.variation('limit', context, 5);
  export const size: number = client.variation('theme', context, { size: 3, 'font-face': ['sans'] }).size;
  export const tier: 'free' | 'pro' = client.variationDetail('plan', context, { tier: 'free' }).value.tier;

  // @ts-expect-error there is no such flag
  client.variation('old-checkout', context, false);
  // @ts-expect-error a boolean flag has no text
  client.variation('new-checkout', context, 'no');
  // @ts-expect-error the button is never green
  client.variation('button', context, 'green');
  // @ts-expect-error a theme has a size
  client.variation('theme', context, { 'font-face': [] });
  // @ts-expect-error only what is on or off has two branches
  client.run('limit', context, { control: () => 1, treatment: () => 2 });
`;

const page = `
  import { createClient } from '@tidegate/sdk-browser';
  import {
    TidegateProvider, TidegateTestProvider, useClient, useFlag, useFlagDetails, useFlagSuspense,
  } from '@tidegate/sdk-browser/react';
  import { createElement } from 'react';
  import type { Flags } from './flags.generated.ts';

  export function Page() {
    const isNew: boolean = useFlag('new-checkout', false);
    const colour: 'red' | 'blue' | "o'clock\\\\" = useFlag('button', 'red');
    const tier: 'free' | 'pro' = useFlagDetails('plan', { tier: 'free' }).value.tier;
    const limit: number = useFlagSuspense('limit', 5);
    const text: string = useClient().run('new-checkout', { control: () => 'old', treatment: () => 'new' });

    // @ts-expect-error there is no such flag
    useFlag('old-checkout', false);
    // @ts-expect-error a boolean flag has no text
    useFlagDetails('new-checkout', 'no');
    // @ts-expect-error the button is never green
    useFlagSuspense('button', 'green');
    // @ts-expect-error only what is on or off has two branches
    useClient().run('limit', { control: () => 1, treatment: () => 2 });
    return [isNew, colour, tier, limit, text].join();
  }

  const client = createClient<Flags>({ url: 'http://127.0.0.1:4280', key: 'k', context: { targetingKey: 'ada' } });
  export const inPage = createElement(TidegateProvider, { client }, createElement(Page));
  export const inTest = createElement(TidegateTestProvider, { flags: { button: 'blue' } }, createElement(Page));
  // @ts-expect-error the button is never green
  export const wrongInTest = createElement(TidegateTestProvider, { flags: { button: 'green' } });
`;
const wrong = (program: string) => program.replaceAll('// @ts-expect-error', '//');
const flawCount = (program: string) => program.split('@ts-expect-error').length - 1;

// The compiler reads the SDKs' sources as well: seconds, and more on a busy machine.
test('clients and hooks of the written module know their flags, and what is wrong does not compile', {
  timeout: 120_000,
}, async () => {
  const io = capturedIo({ files: { 'tidegate.json': JSON.stringify({ flags }) } });
  expect(await runCli(['codegen', '--react', '--flags', 'tidegate.json'], io)).toBe(0);
  const found = compile({
    'flags.generated.ts': io.files['flags.generated.ts'] ?? '',
    'app.ts': app,
    'wrong-app.ts': wrong(app),
    'page.ts': page,
    'wrong-page.ts': wrong(page),
  });
  expect(found).toEqual({
    'flags.generated.ts': [],
    'app.ts': [],
    'wrong-app.ts': Array(flawCount(app)).fill(expect.any(String)),
    'page.ts': [],
    'wrong-page.ts': Array(flawCount(page)).fill(expect.any(String)),
  });
});
