import { describe, expect, test } from 'vitest';
import { capturedIo } from '../captured-io.ts';
import { runCli } from '../run-cli.ts';

const words = (...values: string[]) => values.map((value, index) => ({ key: `v${index}`, value }));

const flags = {
  'new-checkout': { description: 'The new one. */ Not "code".\n// nor this' },
  button: { kind: 'string', variations: words('red', 'blue', "o'clock\\") },
  limit: { kind: 'number', variations: [{ key: 'low', value: 10 }] },
  theme: {
    kind: 'json',
    variations: [
      { key: 'a', value: { size: 1, 'font-face': ['mono', null], deep: { on: true } } },
      { key: 'b', value: { size: 2, 'font-face': [] } },
    ],
  },
  plan: {
    kind: 'json',
    valueSchema: {
      type: 'object',
      properties: { tier: { enum: ['free', 'pro'] }, seats: { type: 'integer', minimum: 1 } },
      required: ['tier'],
    },
    variations: [{ key: 'a', value: { tier: 'free' } }],
  },
  odd: {
    kind: 'json',
    valueSchema: { anyOf: [{ type: 'object' }, { type: 'null' }] },
    variations: [{ key: 'n', value: null }],
  },
};
const fileText = JSON.stringify({ flags });

async function codegen(files: Record<string, string>, ...argv: string[]) {
  const io = capturedIo({ files });
  return { code: await runCli(['codegen', '--flags', 'tidegate.json', ...argv], io), ...io.written, files: io.files };
}

describe('codegen', () => {
  test('writes the flags with the types of their values, by key', async () => {
    const { code, files } = await codegen({ 'tidegate.json': fileText });
    expect(code).toBe(0);
    expect(files['flags.generated.ts']).toBe(`// Written by \`tidegate codegen\`: do not edit it, write it again.
// The flags and the types of their values, for \`createClient<Flags>(…)\` of the SDKs.

export interface Flags {
  readonly 'button': 'blue' | 'o\\'clock\\\\' | 'red';
  readonly 'limit': number;
  /** The new one. *\\/ Not "code". // nor this */
  readonly 'new-checkout': boolean;
  readonly 'odd': JsonValue;
  readonly 'plan': { readonly seats?: number; readonly tier: 'free' | 'pro' };
  readonly 'theme': { readonly deep?: { readonly on: boolean }; readonly 'font-face': readonly (string | null)[]; readonly size: number };
}

/** Any JSON value. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };
`);
  });

  test('depends on nothing but the flags: not on their order, nor on revisions', async () => {
    const turned = JSON.stringify({ revision: 9, flags: Object.fromEntries(Object.entries(flags).toReversed()) });
    const [one, other] = [fileText, turned].map((text) => codegen({ 'tidegate.json': text }, '--out', '-'));
    expect((await one)?.stdout).toBe((await other)?.stdout);
  });

  test('names the flags to the hooks of React where it is asked to', async () => {
    const files = { 'tidegate.json': '{"flags": {"new-checkout": {}}}' };
    const written = await codegen(files, '--react');
    expect(written.files['flags.generated.ts']).toContain(`export interface Flags {
  readonly 'new-checkout': boolean;
}

declare module '@tidegate/sdk-browser/react' {
  interface Register {
    readonly flags: Flags;
  }
}
`);
    expect(await codegen(written.files, '--check')).toMatchObject({ code: 1 });
    expect(await codegen(written.files, '--react', '--check')).toMatchObject({ code: 0 });
  });

  test('can be checked instead of written', async () => {
    const { files } = await codegen({ 'tidegate.json': fileText });
    expect(await codegen({ ...files }, '--check')).toMatchObject({ code: 0 });
    const changed = { ...files, 'tidegate.json': '{"flags": {}}' };
    expect(await codegen(changed, '--check')).toMatchObject({ code: 1, files: changed });
  });
});
