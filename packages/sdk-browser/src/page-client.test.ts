import { type Bootstrap, type ClientProblem, type Flag, valueFlag } from '@tidegate/sdk-core';
import { rulesEvaluator, unitHashes } from '@tidegate/sdk-core/complete';
import { answered, buildFlag, buildSegment, InMemoryWire } from '@tidegate/testkit';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { BrowserClient } from './browser-client.ts';
import { ANN, batchesOf, clientOn, standIn, startedOn } from './page-world.fixture.ts';

const BOB = { targetingKey: 'bob' };
const ON = buildFlag();
const OFF = buildFlag({ enabled: false, revision: 2 });
const ROLLOUT = buildFlag({
  fallthrough: {
    kind: 'rollout',
    rolloutId: 'r1',
    epoch: 1,
    stageIndex: 0,
    treatment: 'on',
    control: 'off',
    treatmentPpm: 1_000_000,
  },
});
const OFF_BY_RULE = { kind: 'variation', variation: 'off' } as const;
const CUT = () => ({ kind: 'failed', message: 'cut' }) as const;

function change(document: Flag) {
  return { kind: 'flag', key: document.key, document } as const;
}

function problemsOf(client: BrowserClient): ClientProblem[] {
  const problems: ClientProblem[] = [];
  client.on('error', (problem) => problems.push(problem));
  return problems;
}

describe('evaluation', () => {
  test('before the first rules the default comes back, with PROVIDER_NOT_READY', () => {
    const wire = new InMemoryWire();
    standIn(wire);
    const client = clientOn(wire);
    expect(client.variation('new-checkout', true)).toBe(true);
    expect(client.variationDetail('new-checkout', 'x')).toMatchObject({
      value: 'x',
      reason: 'ERROR',
      errorCode: 'PROVIDER_NOT_READY',
      revision: 0,
    });
    expect(client.allVariations().size).toBe(0);
    expect(client.status()).toMatchObject({ source: undefined, revision: 0 });
  });

  test('the value comes with its variation and reason', async () => {
    const client = await startedOn(new InMemoryWire().seed({ flags: [ON] }));
    expect(client.variation('new-checkout', false)).toBe(true);
    const detail = { value: true, variation: 'on', reason: 'STATIC', revision: 1 };
    expect(client.variationDetail('new-checkout', false)).toEqual(detail);
    expect(client.allVariations().get('new-checkout')).toEqual(detail);
  });

  test('an unknown flag gives the default', async () => {
    const client = await startedOn(new InMemoryWire().seed({ flags: [ON] }));
    expect(client.variationDetail('other', 5)).toMatchObject({ value: 5, errorCode: 'FLAG_NOT_FOUND' });
    expect(client.variation('__proto__', 5)).toBe(5);
  });

  test('a default of another type gives the default and exposes nobody', async () => {
    const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
    const client = await startedOn(wire);
    expect(client.variationDetail('new-checkout', 'red')).toMatchObject({
      value: 'red',
      variation: undefined,
      reason: 'ERROR',
      errorCode: 'TYPE_MISMATCH',
    });
    await wire.time.advance(2_000);
    expect(wire.batches).toEqual([]);
  });

  test('it goes on after close, without recording', async () => {
    const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
    const client = await startedOn(wire);
    expect(await client.close()).toBe(true);
    expect(client.variation('new-checkout', false)).toBe(true);
    client.track('paid');
    await wire.time.advance(60_000);
    expect(wire.batches).toEqual([]);
    expect(wire.openStreams).toEqual([]);
  });

  test('a closed client leaves no timers, whatever it was about to do', async () => {
    for (const faults of [{}, { refuseStreams: true }, { hangStreams: true }, { answer: () => answered(500) }]) {
      const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
      wire.faults = faults;
      standIn(wire);
      const client = clientOn(wire);
      await wire.time.advance(2_500);
      client.track('paid');
      const closed = client.close({ timeoutMs: 1_000 });
      await wire.time.advance(1_000);
      await closed;
      expect(wire.time.timerCount()).toBe(0);
    }
  });

  test('values of the server and rules of the page answer alike', async () => {
    const condition = { attribute: 'country', operator: 'equals', values: ['CH'] } as const;
    const rules = [{ id: 'swiss', condition, serve: { kind: 'variation', variation: 'on' } }] as const;
    const exposure = { rolloutId: 'r1', epoch: 1, stageIndex: 2, arm: 'treatment', unit: 'targetingKey' } as const;
    const served = { value: true, variation: 'on', reason: 'SPLIT', revision: 1 } as const;
    const wire = new InMemoryWire().seed({
      flags: [valueFlag(ON, { ...served, exposure }), buildFlag({ key: 'banner', rules, fallthrough: OFF_BY_RULE })],
    });
    const client = await startedOn(wire, { context: { ...ANN, country: 'CH' } });
    expect(client.variationDetail('new-checkout', false)).toEqual(served);
    expect(client.variationDetail('banner', false)).toMatchObject({ value: true, reason: 'TARGETING_MATCH' });
    expect([...client.allVariations().keys()]).toEqual(['new-checkout', 'banner']);
    expect(client.run('new-checkout', { control: () => 'old', treatment: () => 'new' })).toBe('new');
    client.track('paid', { value: 3 });
    expect(await client.close()).toBe(true);
    expect(batchesOf(wire)[0]?.rows).toMatchObject([
      { of: 'exposures', ...exposure },
      { of: 'outcomes', event: '$duration:new-checkout' },
      { of: 'outcomes', event: 'paid', value: 3 },
    ]);
  });
});

describe('initialisation', () => {
  test('is fulfilled when the server has answered', async () => {
    const client = await startedOn(new InMemoryWire().seed({ flags: [ON] }));
    expect(await client.waitForInitialization()).toEqual({ source: 'server' });
  });

  test('is rejected with the reason when the time is up, and the client is ready once the server is back', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    standIn(wire);
    wire.faults = { answer: CUT, refuseStreams: true };
    const client = clientOn(wire);
    const rejected = expect(client.waitForInitialization({ timeoutMs: 3_000 })).rejects.toThrow(
      'no flags: unreachable: cut',
    );
    await wire.time.advance(3_000);
    await rejected;
    wire.faults = {};
    await wire.time.advance(30_000);
    expect(client.variation('new-checkout', false)).toBe(true);
  });

  test('with a cache it is fulfilled as soon as the server was asked in vain', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    await (await startedOn(wire)).close();
    wire.faults = { answer: CUT, refuseStreams: true };
    const second = clientOn(wire);
    expect(second.variationDetail('new-checkout', false)).toMatchObject({ value: true, reason: 'CACHED' });
    expect(await second.waitForInitialization()).toEqual({ source: 'cache' });
    wire.faults = {};
    await wire.time.advance(30_000);
    expect(second.variationDetail('new-checkout', false).reason).toBe('STATIC');
  });

  test('cached flags are as old as the last word of the server, and give way to what it says now', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    await (await startedOn(wire)).close();
    await wire.time.advance(7_000);
    const second = clientOn(wire);
    expect(second.status()).toMatchObject({ source: 'cache', revision: 1, dataAgeMs: 7_000 });
    expect(await second.waitForInitialization()).toEqual({ source: 'server' });
    expect(second.status()).toMatchObject({ source: 'server', dataAgeMs: 0 });
  });

  test.each(['', 'null', '{"revision":9}', '{"protocol":1,"revision":9,"flags":7', '1-2\n{}'])(
    'a cache that holds %j is as good as none',
    async (text) => {
      const wire = new InMemoryWire().seed({ flags: [ON] });
      const page = standIn(wire);
      page.stored.set('tidegate-tg_web_key', text);
      const client = clientOn(wire);
      expect(client.status().source).toBeUndefined();
      expect(await client.waitForInitialization()).toEqual({ source: 'server' });
    },
  );

  test('a cache that is full does not disturb the client', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    standIn(wire);
    const setItem = () => {
      throw new Error('quota');
    };
    vi.stubGlobal('localStorage', { getItem: () => null, setItem });
    const client = clientOn(wire);
    await wire.time.advance(1_000);
    expect(client.variation('new-checkout', false)).toBe(true);
    expect(await client.close()).toBe(true);
    expect(wire.logs).toEqual([]);
  });

  test('ready comes once, also to a listener that comes late', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    standIn(wire);
    const client = clientOn(wire);
    const heard: unknown[] = [];
    client.on('ready', (detail) => heard.push(['early', detail]));
    await wire.time.advance(10_000);
    client.on('ready', (detail) => heard.push(['late', detail]));
    client.on('ready', () => heard.push('gone'))();
    await wire.time.advance(10_000);
    expect(heard).toEqual([
      ['early', { source: 'server' }],
      ['late', { source: 'server' }],
    ]);
  });
});

describe('staying current', () => {
  test('a delta is in force at once, confirmed to the server before listeners hear of it', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    const client = await startedOn(wire);
    const changes: unknown[] = [];
    client.on('change', (detail) => changes.push([detail, [...wire.applied]]));
    wire.publish(change(OFF));
    expect(client.variation('new-checkout', true)).toBe(false);
    expect(changes).toEqual([[{ revision: 2, flagKeys: ['new-checkout'] }, [2]]]);
  });

  test('a page hears of the flags that answer it otherwise, and of no other', async () => {
    const serve = { kind: 'variation', variation: 'on' } as const;
    const rules = [{ id: 'r', condition: { segment: 'staff' }, serve }];
    const wire = new InMemoryWire().seed({
      flags: [
        buildFlag({ key: 'asks-segment', rules, fallthrough: OFF_BY_RULE }),
        buildFlag({ key: 'asks-flag', prerequisites: [{ flag: 'asks-segment', variations: ['on'] }] }),
        buildFlag({ key: 'aside' }),
        buildFlag({ key: 'gone' }),
      ],
      segments: [buildSegment({ key: 'staff' })],
    });
    const client = await startedOn(wire);
    const heard: (readonly string[])[] = [];
    client.on('change', ({ flagKeys }) => heard.push(flagKeys));
    const staff = (included: string[]) =>
      ({ kind: 'segment', key: 'staff', document: buildSegment({ key: 'staff', included }) }) as const;
    wire.publish(staff(['bob']));
    expect(heard).toEqual([]);
    wire.publish(staff(['bob', 'ann']));
    wire.publish(
      { kind: 'flag', key: 'gone', document: null },
      { kind: 'flag', key: 'new', document: buildFlag({ key: 'new' }) },
      { kind: 'flag', key: 'aside', document: buildFlag({ key: 'aside', revision: 9 }) },
    );
    expect(heard).toEqual([
      ['asks-segment', 'asks-flag'],
      ['gone', 'new'],
    ]);
  });

  test('a listener that throws disturbs neither the others nor the client', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    const client = await startedOn(wire);
    const heard: number[] = [];
    client.on('change', () => {
      throw new Error('listener');
    });
    client.on('change', ({ revision }) => heard.push(revision));
    wire.publish(change(OFF));
    wire.publish(change(ON));
    expect(heard).toEqual([2, 3]);
    expect(wire.logs.filter((line) => line.startsWith('error'))).toHaveLength(2);
  });

  test('a missed delta shows at the next beat and is made up by a snapshot', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    const client = await startedOn(wire);
    wire.changeSilently(change(OFF));
    expect(client.variation('new-checkout', false)).toBe(true);
    wire.beat();
    await wire.time.advance(1_000);
    expect(client.variation('new-checkout', true)).toBe(false);
    expect(client.status()).toMatchObject({ connection: 'streaming', revision: 2 });
  });

  test('a lost stream comes back by itself and catches up, without another snapshot', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    const client = await startedOn(wire);
    wire.openStreams[0]?.lose();
    wire.changeSilently(change(OFF));
    await wire.time.advance(1_000);
    expect(client.variation('new-checkout', true)).toBe(false);
    expect(wire.streams).toHaveLength(2);
    expect(wire.streams[1]?.hello.revision).toBe(1);
    expect(wire.requests).toHaveLength(1);
  });

  test('a silent line is left after three beats, and snapshots are polled while there is no stream', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    const client = await startedOn(wire);
    wire.faults = { hangStreams: true };
    wire.changeSilently(change(OFF));
    await wire.time.advance(14_900);
    expect(client.status()).toMatchObject({ connection: 'streaming', revision: 1 });
    await wire.time.advance(1_100);
    expect(client.status().revision).toBe(2);
    wire.changeSilently(change(ON));
    await wire.time.advance(45_000);
    expect(client.status()).toMatchObject({ revision: 3, stale: false });
    wire.faults = {};
    await wire.time.advance(45_000);
    expect(client.status().connection).toBe('streaming');
  });

  test('resync spreads the pages over the time that the server names', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    standIn(wire);
    const clients = Array.from({ length: 20 }, () => clientOn(wire));
    await Promise.all(clients.map((client) => client.waitForInitialization()));
    await wire.time.advance(0);
    const before = wire.requests.length;
    for (const stream of wire.openStreams) stream.say('resync', { revision: 1, withinMs: 10_000 });
    await wire.time.advance(3_000);
    const early = wire.requests.length - before;
    expect(early).toBeGreaterThan(0);
    expect(early).toBeLessThan(15);
    await wire.time.advance(7_100);
    expect(wire.requests.length - before).toBe(20);
  });

  test('one attempt is in flight at a time, whatever fails', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    let inFlight = 0;
    let inFlightMax = 0;
    wire.faults = {
      refuseStreams: true,
      answer: async () => {
        inFlight += 1;
        inFlightMax = Math.max(inFlightMax, inFlight);
        await new Promise<void>((resolve) => wire.time.after(700, resolve));
        inFlight -= 1;
        return answered(502, '<html>');
      },
    };
    standIn(wire);
    clientOn(wire);
    await wire.time.advance(300_000);
    expect(inFlightMax).toBe(1);
    expect(wire.requests.length).toBeGreaterThan(10);
  });

  test('an answer that does not come is not waited for', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    standIn(wire);
    wire.faults = { answer: () => new Promise(() => undefined) };
    const client = clientOn(wire);
    const problems = problemsOf(client);
    await wire.time.advance(15_000);
    expect(problems).toEqual([{ code: 'unreachable', message: 'Error: aborted' }]);
    wire.faults = {};
    await wire.time.advance(1_000);
    expect(client.status().source).toBe('server');
  });

  const answers = [
    ['401', answered(401)],
    ['403', answered(403)],
    ['404', answered(404, '<html>')],
    ['429', answered(429, '', { 'retry-after': '86400' })],
    ['500', answered(500)],
    ['a redirect', answered(302, '', { location: 'http://elsewhere' })],
    ['200 with nothing', answered(200, '')],
    ['200 with HTML', answered(200, '<html>')],
    ['200 with null', answered(200, 'null')],
    ['200 with half a snapshot', answered(200, '{"protocol":1,"environment":"default/production","revision":9')],
    ['200 without flags', answered(200, '{"protocol":1,"environment":"default/production","revision":9}')],
    ['a newer protocol', answered(200, '{"protocol":2,"environment":"e","revision":9,"flags":[],"segments":[]}')],
  ] as const;
  test.each(answers)(
    'after an hour of %s the last good rules still answer, and the client recovers',
    async (_, answer) => {
      const wire = new InMemoryWire().seed({ flags: [ON] });
      const client = await startedOn(wire);
      wire.openStreams[0]?.lose();
      wire.faults = { answer: () => answer, refuseStreams: true };
      const problems = problemsOf(client);
      await wire.time.advance(3_600_000);
      expect(client.variationDetail('new-checkout', false)).toMatchObject({ value: true, reason: 'STALE' });
      expect(problems.length).toBeGreaterThan(2);
      expect(wire.logs.filter((line) => line.startsWith('warn')).length).toBeLessThan(5);
      wire.faults = {};
      await wire.time.advance(400_000);
      expect(client.status()).toMatchObject({ connection: 'streaming', stale: false });
    },
  );

  test.each([
    ['delta', { fromRevision: 1 }],
    ['delta', 'garbage'],
    ['delta', { fromRevision: 1, revision: 2, changes: [{ kind: 'flag', key: 'a', document: 7 }] }],
    ['delta', { fromRevision: 1, revision: 2, changes: [{ kind: 'song', key: 'a', document: null }] }],
    ['beat', null],
    ['resync', undefined],
    ['resync', { withinMs: 1e300 }],
    ['resync', { withinMs: 'soon' }],
  ])('a malformed %s %j leads to a snapshot, not to a loss', async (word, payload) => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    const client = await startedOn(wire);
    wire.openStreams[0]?.say(word, payload);
    expect(client.variation('new-checkout', false)).toBe(true);
    await wire.time.advance(61_000);
    expect(client.status()).toMatchObject({ connection: 'streaming', revision: 1 });
    expect(wire.requests.length).toBeGreaterThan(1);
  });

  test('a word that only a newer server says is ignored', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    const client = await startedOn(wire);
    wire.openStreams[0]?.say('news', {});
    expect(client.status().connection).toBe('streaming');
  });

  test('a server restored from an older backup is followed after a minute, not at once', async () => {
    const wire = new InMemoryWire().seed({ flags: [OFF], revision: 50 });
    const client = await startedOn(wire);
    wire.seed({ flags: [ON], revision: 20 });
    wire.openStreams[0]?.lose();
    await wire.time.advance(30_000);
    expect(client.status().revision).toBe(50);
    expect(client.variation('new-checkout', true)).toBe(false);
    await wire.time.advance(120_000);
    expect(client.status()).toMatchObject({ revision: 20, connection: 'streaming', stale: false });
    expect(client.variation('new-checkout', false)).toBe(true);
  });

  test('another environment is taken at once, whatever its revision', async () => {
    const wire = new InMemoryWire().seed({ flags: [OFF], revision: 50 });
    const client = await startedOn(wire);
    wire.environment = 'default/staging';
    wire.seed({ flags: [ON], revision: 3 });
    wire.openStreams[0]?.say('resync', {});
    await wire.time.advance(1_000);
    expect(client.status()).toMatchObject({ environment: 'default/staging', revision: 3 });
  });

  test('stale is told once, when nothing was heard for the bound, and ends with the next word', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    const client = await startedOn(wire, { staleAfterMs: 20_000 });
    const heard: number[] = [];
    client.on('stale', ({ dataAgeMs }) => heard.push(dataAgeMs));
    wire.openStreams[0]?.lose();
    wire.faults = { answer: CUT, refuseStreams: true };
    await wire.time.advance(19_900);
    expect(client.status().stale).toBe(false);
    await wire.time.advance(60_000);
    expect(heard).toEqual([20_000]);
    expect(client.status()).toMatchObject({ stale: true, dataAgeMs: 79_900 });
    const recovered: number[] = [];
    client.on('recovered', ({ revision }) => recovered.push(revision));
    wire.faults = {};
    await wire.time.advance(31_000);
    expect(client.status().stale).toBe(false);
    expect(recovered).toEqual([1]);
    expect(client.variationDetail('new-checkout', false).reason).toBe('STATIC');
  });

  test('a thousand beats leave no timers behind', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    const client = await startedOn(wire, { staleAfterMs: 20_000 });
    const timerCount = wire.time.timerCount();
    for (let beat = 0; beat < 1_000; beat++) {
      await wire.time.advance(5_000);
      wire.beat();
    }
    expect(client.status()).toMatchObject({ connection: 'streaming', stale: false, dataAgeMs: 0 });
    expect(wire.streams).toHaveLength(1);
    expect(wire.time.timerCount()).toBe(timerCount);
  });
});

describe('rare words', () => {
  const words = '@tidegate/sdk-core/words';
  const condition = { attribute: 'app', operator: 'semverGreaterThan', values: ['1.9.0'] } as const;
  const rule = { id: 'new-app', condition, serve: { kind: 'variation', variation: 'on' } } as const;
  const RARE = buildFlag({ key: 'rare', rules: [rule], fallthrough: OFF_BY_RULE });
  const context = { targetingKey: 'ben', app: '1.10.0' };
  let attempts = 0;

  /** What the network does with the chunk, which is no module here. */
  const loadAs = (load: () => Promise<unknown>): void => {
    attempts = 0;
    vi.doMock(words, () => {
      attempts += 1;
      return load();
    });
  };
  afterEach(() => vi.doUnmock(words));

  test('until they are there their flags answer the default, all others as ever, and nobody who waits is told too early', async () => {
    let arrive = (_: unknown): void => undefined;
    const chunk = new Promise((resolve) => {
      arrive = resolve;
    });
    loadAs(() => chunk);
    const wire = new InMemoryWire().seed({ flags: [ON, RARE] });
    standIn(wire);
    const client = clientOn(wire, { context });
    const initialized: unknown[] = [];
    const waiting = client.waitForInitialization().then((source) => initialized.push(source));
    const changes: (readonly string[])[] = [];
    client.on('change', ({ flagKeys }) => changes.push(flagKeys));
    await wire.time.advance(1_000);
    expect(client.variationDetail('rare', false)).toMatchObject({ value: false, errorCode: 'PARSE_ERROR' });
    expect(client.allVariations().get('rare')).toMatchObject({ value: undefined, errorCode: 'PARSE_ERROR' });
    expect(client.variation('new-checkout', false)).toBe(true);
    wire.publish(change(OFF));
    expect(client.variation('new-checkout', true)).toBe(false);
    expect(initialized).toEqual([]);

    arrive({ rulesEvaluator });
    await waiting;
    expect(initialized).toEqual([{ source: 'server' }]);
    expect(client.variationDetail('rare', false)).toMatchObject({ value: true, ruleId: 'new-app' });
    expect(changes.at(-1)).toEqual(['rare']);
  });

  test('words that cannot be had are told, asked for again, and awaited by nobody', async () => {
    loadAs(async () => {
      if (attempts < 3) throw new TypeError('the chunk is gone');
      return { rulesEvaluator };
    });
    const wire = new InMemoryWire().seed({ flags: [ON, RARE] });
    standIn(wire);
    const client = clientOn(wire, { context });
    const problems = problemsOf(client);
    expect(await client.waitForInitialization()).toEqual({ source: 'server' });
    expect(client.variationDetail('rare', false)).toMatchObject({ value: false, errorCode: 'PARSE_ERROR' });
    await vi.waitFor(async () => {
      await wire.time.advance(10_000);
      expect(client.variation('rare', false)).toBe(true);
    });
    expect(problems.map(({ code }) => code)).toEqual(['language-unavailable', 'language-unavailable']);
    await wire.time.advance(100_000);
    expect(attempts).toBe(3);
  });

  test('nothing is loaded for rules that do not speak them, nor after close', async () => {
    loadAs(() => Promise.reject(new TypeError('offline')));
    const wire = new InMemoryWire().seed({ flags: [ON] });
    const client = await startedOn(wire, { context });
    expect(attempts).toBe(0);
    const problems = problemsOf(client);
    wire.publish(change(RARE));
    await vi.waitFor(() => expect(problems).toHaveLength(1));
    await client.close();
    await wire.time.advance(100_000);
    expect(attempts).toBe(1);
    expect(wire.time.timerCount()).toBe(0);
  });

  test('words that fail to come after close are not asked for again', async () => {
    let fail = (_: Error): void => undefined;
    const chunk = new Promise((_, reject) => {
      fail = reject;
    });
    chunk.catch(() => undefined);
    loadAs(() => chunk);
    const wire = new InMemoryWire().seed({ flags: [RARE] });
    standIn(wire);
    const client = clientOn(wire, { context });
    const problems = problemsOf(client);
    await wire.time.advance(0);
    await vi.waitFor(() => expect(attempts).toBe(1));
    await client.close();
    fail(new TypeError('gone'));
    await wire.time.advance(100_000);
    expect(problems).toEqual([]);
    expect(wire.time.timerCount()).toBe(0);
  });
});

describe('another context', () => {
  test('values and context change in one step', async () => {
    const wire = new InMemoryWire().seed({ flags: [OFF] });
    const client = await startedOn(wire);
    expect(wire.requests[0]).toMatchObject({ method: 'POST', body: JSON.stringify({ context: ANN }) });
    expect(wire.streams[0]?.hello.context).toEqual(ANN);
    wire.seed({ flags: [ON] });
    const changed = client.setContext(BOB);
    expect(client.variation('new-checkout', true)).toBe(false);
    expect(await changed).toBe(true);
    expect(client.variation('new-checkout', false)).toBe(true);
    await wire.time.advance(0);
    expect(wire.openStreams.map(({ hello }) => hello.context)).toEqual([BOB]);
  });

  test('of two quick changes the last one wins, also when the first answer comes later', async () => {
    const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
    const client = await startedOn(wire);
    wire.faults = {
      answer: (request) =>
        String(request.body).includes('slow')
          ? new Promise((resolve) =>
              wire.time.after(500, () => resolve(answered(200, JSON.stringify(wire.snapshot())))),
            )
          : undefined,
    };
    const slow = client.setContext({ targetingKey: 'slow' }, { timeoutMs: 1_000 });
    expect(await client.setContext({ targetingKey: 'quick' })).toBe(true);
    await wire.time.advance(2_000);
    expect(await slow).toBe(false);
    client.variation('new-checkout', false);
    await wire.time.advance(2_000);
    expect(batchesOf(wire)[0]?.rows).toMatchObject([unitHashes('quick')]);
  });

  test('while the server is away, the values held go on answering for their own context', async () => {
    const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
    const client = await startedOn(wire);
    wire.faults = { answer: CUT, refuseStreams: true };
    const changed = client.setContext(BOB, { timeoutMs: 3_000 });
    await wire.time.advance(3_000);
    expect(await changed).toBe(false);
    expect(client.variation('new-checkout', false)).toBe(true);
    wire.faults = {};
    await wire.time.advance(30_000);
    client.variation('new-checkout', false);
    await wire.time.advance(30_000);
    expect(batchesOf(wire).flatMap(({ rows }) => rows)).toMatchObject([unitHashes('ann'), unitHashes('bob')]);
  });

  test('values that come after their caller has gone are told as recovered', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    const client = await startedOn(wire);
    const recovered: number[] = [];
    client.on('recovered', ({ revision }) => recovered.push(revision));
    const late = () => answered(200, JSON.stringify(wire.snapshot()));
    wire.faults = { answer: () => new Promise((resolve) => wire.time.after(2_000, () => resolve(late()))) };
    const changed = client.setContext(BOB, { timeoutMs: 1_000 });
    await wire.time.advance(1_000);
    expect(await changed).toBe(false);
    expect(recovered).toEqual([]);
    await wire.time.advance(1_000);
    expect(recovered).toEqual([1]);
  });

  test('what the page does with its object later changes nothing', async () => {
    const condition = { attribute: 'country', operator: 'equals', values: ['CH'] } as const;
    const rules = [{ id: 'swiss', condition, serve: { kind: 'variation', variation: 'on' } }] as const;
    const client = await startedOn(
      new InMemoryWire().seed({ flags: [buildFlag({ rules, fallthrough: OFF_BY_RULE })] }),
    );
    const context = { targetingKey: 'bob', country: 'DE' };
    await client.setContext(context);
    context.country = 'CH';
    expect(client.variation('new-checkout', true)).toBe(false);
  });

  test('whoever waits when the client is closed waits no longer', async () => {
    const wire = new InMemoryWire();
    standIn(wire);
    wire.faults = { answer: () => new Promise(() => undefined) };
    const client = clientOn(wire);
    const ready = client.waitForInitialization();
    const changed = client.setContext(BOB);
    await client.close();
    await expect(ready).rejects.toThrow('no flags');
    expect(await changed).toBe(false);
    expect(wire.time.timerCount()).toBe(0);
  });
});

describe('a bootstrap', () => {
  const EXPOSURE = { rolloutId: 'r1', epoch: 1, stageIndex: 0, arm: 'treatment', unit: 'targetingKey' } as const;
  const VALUE = valueFlag(ROLLOUT, { value: true, variation: 'on', reason: 'SPLIT', revision: 1, exposure: EXPOSURE });
  const bootstrapOf = (wire: InMemoryWire, exposed: Bootstrap['exposed'] = []): Bootstrap => ({
    ...wire.snapshot(),
    flags: [VALUE],
    confirmedAtMs: wire.platform().epochMs() - 1_000,
    unit: unitHashes('ann').h0,
    exposed,
  });

  test('answers in the first turn, as the server said, and how long ago', () => {
    const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
    standIn(wire);
    const client = clientOn(wire, { bootstrap: bootstrapOf(wire) });
    expect(client.peek('new-checkout', false)).toMatchObject({ value: true, reason: 'SPLIT' });
    expect(client.status()).toMatchObject({ source: 'bootstrap', revision: 1, dataAgeMs: 1_000 });
  });

  test('gives way to the first snapshot, even of its own revision: it has values where that has rules', async () => {
    const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
    standIn(wire);
    wire.faults = { answer: ({ path }) => (path.endsWith('/snapshot') ? answered(503) : undefined) };
    const client = clientOn(wire, { bootstrap: bootstrapOf(wire), context: { ...ANN, plan: 'pro' } });
    await wire.time.advance(3_000);
    expect(wire.streams).toEqual([]);
    wire.faults = {};
    await wire.time.advance(30_000);
    expect(client.status()).toMatchObject({ source: 'server', revision: 1, connection: 'streaming' });
    await client.setContext(BOB);
    expect(client.variation('new-checkout', false)).toBe(true);
    await wire.time.advance(2_000);
    // A rule buckets whoever asks; a value was for its own unit.
    expect(batchesOf(wire)[0]?.rows).toMatchObject([unitHashes('bob')]);
  });

  test('that says what was exposed keeps the page from exposing it again, until the next stage', async () => {
    const wire = new InMemoryWire().seed({ flags: [VALUE] });
    standIn(wire);
    const client = clientOn(wire, { bootstrap: bootstrapOf(wire, [EXPOSURE]) });
    client.peek('new-checkout', false);
    expect(client.variation('new-checkout', false)).toBe(true);
    await wire.time.advance(2_000);
    expect(batchesOf(wire)).toMatchObject([{ rows: [], counts: [['["new-checkout","on"]', 1]] }]);
    wire.publish(change({ ...ROLLOUT, fallthrough: { ...ROLLOUT.fallthrough, stageIndex: 1 } as Flag['fallthrough'] }));
    client.variation('new-checkout', false);
    await wire.time.advance(2_000);
    expect(batchesOf(wire).at(-1)?.rows).toMatchObject([{ stageIndex: 1, arm: 'treatment' }]);
  });
});
