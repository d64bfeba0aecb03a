import { buildFlag, InMemoryWire } from '@tidegate/testkit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { InnerClient } from '../browser-client.ts';
import { window } from '../dom.fixture.ts';
import { countsOf, eventsOf, startedOn } from '../page-world.fixture.ts';
import { withDevtools } from './index.ts';

const EXPOSED = buildFlag({
  key: 'exposed',
  fallthrough: {
    kind: 'evaluated',
    variation: 'on',
    reason: 'SPLIT',
    exposure: { rolloutId: 'r1', epoch: 1, stageIndex: 0, arm: 'treatment', unit: 'targetingKey' },
  },
});
const HOSTILE = buildFlag({ key: '<img src=x onerror=alert(1)>' });

beforeEach(() => {
  vi.stubGlobal('location', window.location);
  vi.stubGlobal('sessionStorage', window.sessionStorage);
});

afterEach(() => {
  window.sessionStorage.clear();
  window.happyDOM.setURL('https://shop.example.com/');
  vi.unstubAllGlobals();
});

async function testedClient() {
  const wire = new InMemoryWire().seed({ flags: [EXPOSED, HOSTILE] });
  // Every client of this package is one.
  const inner = (await startedOn(wire)) as InnerClient;
  return { wire, inner, client: withDevtools(inner) };
}

/** What the overlay shows. */
function overlay() {
  const root = document.documentElement.lastElementChild?.shadowRoot;
  const field = (label: string) => root?.querySelector<HTMLInputElement>(`[aria-label="${label}"]`);
  return { root, field, open: () => root?.querySelector<HTMLElement>('[aria-expanded]')?.click() };
}

test('an override of the page’s address decides, is counted as such, and neither exposes nor measures', async () => {
  window.happyDOM.setURL('https://shop.example.com/?tidegate=%7B%22exposed%22:false%7D');
  const { client, inner, wire } = await testedClient();
  expect(client.variationDetail('exposed', true)).toMatchObject({ value: false, reason: 'OVERRIDE' });
  expect(client.peek('exposed', true).value).toBe(false);
  expect(client.allVariations().get('exposed')).toMatchObject({ value: false });
  expect(client.run('exposed', { control: () => 'old', treatment: () => 'new' })).toBe('old');
  client.measure('exposed', true).end({ failed: true });
  expect(client.variation('exposed', 'text')).toBe('text');
  expect(inner.peek('exposed', false).value).toBe(true);
  await client.close();
  expect([...countsOf(wire)]).toEqual([['["exposed","$override"]', 3]]);
  expect(eventsOf(wire)).toEqual([]);
  const next = await testedClient();
  expect(next.client.variation('exposed', true)).toBe(false);
  await next.client.close();
});

test.each(['', 'x', '[1]', 'null', '"a"'])('an address with %s overrides nothing', async (said) => {
  window.happyDOM.setURL(`https://shop.example.com/?tidegate=${encodeURIComponent(said)}`);
  const { client } = await testedClient();
  expect(client.variation('exposed', false)).toBe(true);
  await client.close();
});

test('the overlay shows the flags as text, overrides one, links to it, clears it, and goes with the client', async () => {
  const { client } = await testedClient();
  const changed: unknown[] = [];
  const end = client.on('change', ({ flagKeys }) => changed.push(flagKeys));
  const { root, field, open } = overlay();
  open();
  expect(root?.querySelector('img')).toBeNull();
  expect(root?.textContent).toContain('<img src=x onerror=alert(1)> (static)');
  const value = field('value of exposed');
  if (!value) throw new Error('there is a field for each flag');
  value.value = 'not json';
  value.dispatchEvent(new window.Event('change') as unknown as Event);
  expect(changed).toEqual([]);
  value.value = 'false';
  value.dispatchEvent(new window.Event('change') as unknown as Event);
  expect([client.variation('exposed', true), changed]).toEqual([false, [['exposed']]]);
  expect(field('link with these overrides')?.value).toBe(
    'https://shop.example.com/?tidegate=%7B%22exposed%22%3Afalse%7D',
  );
  expect(root?.textContent).toContain('Flags (1 overridden)');
  [...(root?.querySelectorAll('button') ?? [])].find(({ textContent }) => textContent === 'Clear')?.click();
  expect(client.variation('exposed', false)).toBe(true);
  end();
  await client.close();
  expect(overlay().root ?? null).toBeNull();
});
