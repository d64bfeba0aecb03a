import '../dom.fixture.ts';
import type { JsonValue } from '@tidegate/sdk-core';
import { createTestClient } from '@tidegate/sdk-node/testing';
import { buildFlag, InMemoryWire } from '@tidegate/testkit';
import { act, createElement, type ReactNode, StrictMode, Suspense } from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BrowserClient } from '../browser-client.ts';
import { batchesOf, clientOn, countsOf, eventsOf, standIn } from '../page-world.fixture.ts';
import {
  TidegateProvider,
  TidegateTestProvider,
  useClient,
  useFlag,
  useFlagDetails,
  useFlagSuspense,
  useTrack,
} from './index.ts';

const ANN = { targetingKey: 'ann' };
const SERVED = { rolloutId: 'r1', epoch: 1, stageIndex: 0, arm: 'treatment', unit: 'targetingKey' } as const;

/** A `value` flag, as a server sends it of a unit in a rollout. */
function served(key: string, value: JsonValue) {
  const fallthrough = { kind: 'evaluated', variation: 'it', reason: 'SPLIT', exposure: SERVED } as const;
  const kind = typeof value === 'object' ? 'json' : 'string';
  return buildFlag({ key, kind, variations: [{ key: 'it', value }], offVariation: 'it', fallthrough });
}

function change(document: ReturnType<typeof buildFlag>) {
  return { kind: 'flag', key: document.key, document } as const;
}

interface Line {
  readonly wire: InMemoryWire;
  readonly client: BrowserClient;
  /** How many exposures and evaluations the server was told of. */
  counted(): Promise<{ exposures: number; evaluations: number }>;
}

function lineOf(wire: InMemoryWire): Line {
  standIn(wire);
  const client = clientOn(wire, { staleAfterMs: 20_000 });
  return {
    wire,
    client,
    async counted() {
      await act(() => wire.time.advance(2_000));
      return {
        exposures: eventsOf(wire).filter((of) => of === 'exposures').length,
        evaluations: [...countsOf(wire).values()].reduce((sum, count) => sum + count, 0),
      };
    },
  };
}

async function readyLine(...flags: ReturnType<typeof buildFlag>[]): Promise<Line> {
  const line = lineOf(new InMemoryWire().seed({ flags }));
  await line.client.waitForInitialization();
  await line.wire.time.advance(0);
  return line;
}

let place: HTMLElement;
let roots: Root[];

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  place = document.createElement('main');
  roots = [];
});

afterEach(async () => {
  await act(() => {
    for (const root of roots) root.unmount();
  });
  vi.unstubAllGlobals();
});

async function show(node: ReactNode): Promise<Root> {
  const root = createRoot(place);
  roots.push(root);
  await act(() => root.render(node));
  return root;
}

interface ReaderProps {
  readonly flagKey: string;
  readonly defaultValue: JsonValue;
  readonly renders: { count: number };
  readonly use: (flagKey: string, defaultValue: JsonValue) => JsonValue;
}

function Reader({ flagKey, defaultValue, renders, use }: ReaderProps) {
  renders.count += 1;
  return createElement('p', null, JSON.stringify(use(flagKey, defaultValue)));
}

const useReason = (flagKey: string, defaultValue: JsonValue): string => useFlagDetails(flagKey, defaultValue).reason;

/** A component that shows a flag, and how often it was rendered. */
function reader(flagKey: string, defaultValue: JsonValue, use: ReaderProps['use'] = useFlag) {
  const renders = { count: 0 };
  return { renders, element: createElement(Reader, { key: flagKey, flagKey, defaultValue, renders, use }) };
}

function Never(): never {
  throw new Promise(() => undefined);
}

function LimitsReader({ seen }: { seen: Set<unknown> }) {
  const details = useFlagDetails('limits', { perDay: 0 });
  seen.add(details).add(details.value);
  return null;
}

function Holder({ onClient }: { onClient: (client: BrowserClient) => void }) {
  onClient(useClient());
  return null;
}

function Buyer() {
  useTrack()('purchase', { value: 3 });
  return createElement('b', null, String(useFlag('banner', false)), String(useFlagSuspense('other', 7)));
}

test('a change of one flag among 500 renders only those again who read it', async () => {
  const keys = Array.from({ length: 500 }, (_, index) => `flag-${index}`);
  const { wire, client } = await readyLine(...keys.map((key) => served(key, 'old')));
  const readers = keys.map((key) => reader(key, 'none'));
  await show(
    createElement(
      TidegateProvider,
      { client },
      readers.map(({ element }) => element),
    ),
  );
  await act(async () => void wire.publish(change(served('flag-7', 'new'))));
  expect(readers.flatMap(({ renders }, index) => (renders.count === 1 ? [] : [[index, renders.count]]))).toEqual([
    [7, 2],
  ]);
  expect(place.children[7]?.textContent).toBe('"new"');
});

test('what is shown is counted and exposed once, also under StrictMode, and again when it changes', async () => {
  const { wire, client, counted } = await readyLine(served('a', 'old'));
  const { element } = reader('a', 'none');
  await show(createElement(StrictMode, null, createElement(TidegateProvider, { client }, element)));
  expect(await counted()).toEqual({ exposures: 1, evaluations: 1 });
  await act(async () => void wire.publish(change(served('a', 'new'))));
  expect(place.textContent).toBe('"new"');
  expect(await counted()).toEqual({ exposures: 1, evaluations: 2 });
});

test('a render that is thrown away counts nothing', async () => {
  const { client, counted } = await readyLine(served('a', 'old'));
  const { element } = reader('a', 'none');
  const inside = createElement(Suspense, { fallback: 'wait' }, element, createElement(Never));
  await show(createElement(TidegateProvider, { client }, inside));
  expect(place.textContent).toBe('wait');
  expect(await counted()).toEqual({ exposures: 0, evaluations: 0 });
});

test('an object as default may be written where it is used', async () => {
  const { wire, client } = await readyLine(served('limits', { perDay: 3 }));
  const seen = new Set<unknown>();
  const page = () => createElement(TidegateProvider, { client }, createElement(LimitsReader, { seen }));
  const root = await show(page());
  await act(() => root.render(page()));
  expect(seen.size).toBe(2);
  await act(async () => void wire.publish({ kind: 'flag', key: 'limits', document: null }));
  expect([...seen].at(-1)).toEqual({ perDay: 0 });
});

test('details say that answers are stale, and that they are not any more; values alone render nothing for it', async () => {
  const { wire, client } = await readyLine(served('a', 'old'));
  const value = reader('a', 'none');
  const details = reader('a', 'none', useReason);
  await show(
    createElement(TidegateProvider, { client }, [value.element, createElement('div', { key: 'd' }, details.element)]),
  );
  wire.faults = { answer: () => ({ kind: 'failed', message: 'cut' }), refuseStreams: true };
  await act(() => wire.time.advance(40_000));
  expect(place.textContent).toBe('"old""STALE"');
  wire.faults = {};
  await act(() => wire.time.advance(40_000));
  expect(place.textContent).toBe('"old""SPLIT"');
  expect(value.renders.count).toBe(1);
});

test('suspends until there are flags, and gives the default when none come in time', async () => {
  for (const isThere of [true, false]) {
    const wire = new InMemoryWire().seed({ flags: [served('a', 'on')] });
    if (!isThere) wire.faults = { answer: () => ({ kind: 'failed', message: 'cut' }), refuseStreams: true };
    const { client } = lineOf(wire);
    const { element } = reader('a', 'none', useFlagSuspense);
    const inside = createElement(Suspense, { fallback: 'wait' }, element);
    await act(() => createRoot(place).render(createElement(TidegateProvider, { client }, inside)));
    if (!isThere) expect(place.textContent).toBe('wait');
    await act(() => wire.time.advance(6_000));
    expect(place.textContent).toBe(isThere ? '"on"' : '"none"');
    place = document.createElement('main');
  }
});

test('the client and what tracks are those of the provider, and outside of one there is an exception', async () => {
  const { client, wire } = await readyLine(served('a', 'on'));
  const given: BrowserClient[] = [];
  await show(
    createElement(TidegateProvider, { client }, [
      createElement(Holder, { key: 'holder', onClient: (one) => given.push(one) }),
      createElement(Buyer, { key: 'buyer' }),
    ]),
  );
  expect(given[0]).toBe(client);
  await wire.time.advance(2_000);
  expect(batchesOf(wire).at(-1)).toMatchObject({ rows: [{ event: 'purchase', value: 3 }] });
  expect(() => renderToString(createElement(Buyer))).toThrow('no TidegateProvider above');
});

test('in a test values are given, and what is tracked is told', async () => {
  const tracked: unknown[][] = [];
  const onTrack: BrowserClient['track'] = (...call) => void tracked.push(call);
  const page = (banner: boolean) =>
    createElement(TidegateTestProvider, { flags: { banner }, onTrack }, createElement(Buyer));
  const root = await show(page(true));
  expect(place.textContent).toBe('true7');
  await act(() => root.render(page(false)));
  expect(place.textContent).toBe('false7');
  expect(tracked[0]).toEqual(['purchase', { value: 3 }]);
});

describe('a client of the provider’s own', () => {
  let sent: { url: string; body: string }[];
  let flags: ReturnType<typeof buildFlag>[];

  beforeEach(() => {
    sent = [];
    flags = [buildFlag()];
    vi.stubGlobal('localStorage', undefined);
    vi.stubGlobal('addEventListener', () => undefined);
    vi.stubGlobal('removeEventListener', () => undefined);
    vi.stubGlobal(
      'WebSocket',
      class {
        close(): void {}
      },
    );
    vi.stubGlobal('fetch', async (url: string, { body }: RequestInit) => {
      sent.push({ url, body: String(body) });
      if (url.includes('/events')) return new Response('', { status: 202 });
      return Response.json({ protocol: 1, environment: 'default/production', revision: 1, flags, segments: [] });
    });
  });

  const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const options = (more: object = {}) => ({
    url: 'https://flags.example.com',
    key: 'tg_web_key',
    context: ANN,
    logger,
    ...more,
  });
  const snapshots = () => sent.filter(({ url }) => url.includes('/snapshot'));
  const file = {
    environment: 'default/production',
    flags: {
      'new-checkout': {
        kind: 'boolean',
        clientSide: 'rules',
        enabled: true,
        fallthrough: { kind: 'variation', variation: 'on' },
      },
    },
  } as const;

  test('with a bootstrap renders what its server rendered, and nothing again when that is confirmed', async () => {
    const bootstrap = createTestClient({ file }).bootstrap(ANN);
    const { element, renders } = reader('new-checkout', false);
    const clients: BrowserClient[] = [];
    const holder = createElement(Holder, { key: 'holder', onClient: (client) => clients.push(client) });
    const page = createElement(TidegateProvider, { options: options({ bootstrap }) }, [element, holder]);
    const browserDocument = document;
    vi.stubGlobal('document', undefined);
    place.innerHTML = renderToString(page);
    vi.stubGlobal('document', browserDocument);
    expect([place.innerHTML, sent]).toEqual(['<p>true</p>', []]);

    renders.count = 0;
    const errors: unknown[] = [];
    const onRecoverableError = (error: unknown): void => void errors.push(error);
    roots.push(await act(() => hydrateRoot(place, page, { onRecoverableError })));
    await act(() => vi.waitFor(() => expect(clients.at(-1)?.status().source).toBe('server')));
    expect([renders.count, place.innerHTML, errors]).toEqual([1, '<p>true</p>', []]);
    expect(snapshots().length).toBe(1);
  });

  test('without one hydrates with the defaults that its server rendered, also when it knows better', async () => {
    const { element } = reader('new-checkout', false);
    const page = createElement(TidegateProvider, { options: options() }, element);
    place.innerHTML = '<p>false</p>';
    const errors: unknown[] = [];
    const onRecoverableError = (error: unknown): void => void errors.push(error);
    roots.push(await act(() => hydrateRoot(place, page, { onRecoverableError })));
    await act(() => vi.waitFor(() => expect(place.innerHTML).toBe('<p>true</p>')));
    expect(errors).toEqual([]);
  });

  test('is one under StrictMode, asks for another context when it is given one, and ends with the provider', async () => {
    const { element } = reader('new-checkout', false);
    const page = (context: object) =>
      createElement(StrictMode, null, createElement(TidegateProvider, { options: options({ context }) }, element));
    const root = await show(page(ANN));
    await act(() => vi.waitFor(() => expect(place.textContent).toBe('true')));
    expect(snapshots().length).toBe(1);
    await act(() => root.render(page({ targetingKey: 'ann' })));
    expect(snapshots().length).toBe(1);
    await act(() => root.render(page({ targetingKey: 'bob' })));
    await vi.waitFor(() => expect(snapshots().map(({ body }) => body)).toContain('{"context":{"targetingKey":"bob"}}'));
    await act(() => root.unmount());
    await vi.waitFor(() => expect(sent.at(-1)?.url).toContain('/events'));
  });
});
