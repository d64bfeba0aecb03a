import type { Flag } from '@tidegate/evaluation';
import { answered, buildFlag, InMemoryWire } from '@tidegate/testkit';
import { describe, expect, test } from 'vitest';
import type { Platform } from '../platform.ts';
import { cacheName } from '../rules/rules-cache.ts';
import type { ClientProblem } from './client-api.ts';
import { type CoreClient, type CoreClientOptions, createCoreClient } from './core-client.ts';

const ANN = { targetingKey: 'ann' };
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

function clientOn(wire: InMemoryWire, options: Partial<CoreClientOptions> = {}, cachedText?: string): CoreClient {
  const platform: Platform = wire.platform();
  const client = createCoreClient({ platform, key: 'tg_srv_key', ...options });
  client.restore(cachedText);
  client.start();
  return client;
}

async function startedOn(wire: InMemoryWire, options: Partial<CoreClientOptions> = {}): Promise<CoreClient> {
  const client = clientOn(wire, options);
  await client.waitForInitialization();
  await wire.time.advance(0);
  return client;
}

function change(document: Flag) {
  return { kind: 'flag', key: document.key, document } as const;
}

/** One text per name, and the clients that use it. */
function memoryCache(wire: InMemoryWire) {
  const texts = new Map<string, string>();
  const platform: Platform = {
    ...wire.platform(),
    save: (name, makeText) => void texts.set(name, makeText()),
  };
  return { client: () => clientOn(wire, { platform }, texts.get(cacheName('tg_srv_key', platform))) };
}

describe('evaluation', () => {
  test('before the first rules the default comes back, with PROVIDER_NOT_READY', () => {
    const client = clientOn(new InMemoryWire());
    expect(client.variation('new-checkout', ANN, true)).toBe(true);
    expect(client.variationDetail('new-checkout', ANN, 'x')).toMatchObject({
      value: 'x',
      reason: 'ERROR',
      errorCode: 'PROVIDER_NOT_READY',
      revision: 0,
    });
    expect(client.allVariations(ANN).size).toBe(0);
    expect(client.held()).toBeUndefined();
  });

  test('the value comes with its variation and reason', async () => {
    const client = await startedOn(new InMemoryWire().seed({ flags: [ON] }));
    expect(client.variation('new-checkout', ANN, false)).toBe(true);
    expect(client.variationDetail('new-checkout', ANN, false)).toEqual({
      value: true,
      variation: 'on',
      reason: 'STATIC',
      revision: 1,
    });
    expect(client.allVariations(ANN).get('new-checkout')).toMatchObject({ value: true, reason: 'STATIC' });
  });

  test('an unknown flag gives the default', async () => {
    const client = await startedOn(new InMemoryWire().seed({ flags: [ON] }));
    expect(client.variationDetail('other', ANN, 5)).toMatchObject({ value: 5, errorCode: 'FLAG_NOT_FOUND' });
    expect(client.variation('__proto__', ANN, 5)).toBe(5);
  });

  test('a default of another type gives the default and exposes nobody', async () => {
    const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
    const client = await startedOn(wire);
    expect(client.variationDetail('new-checkout', ANN, 'red')).toMatchObject({
      value: 'red',
      variation: undefined,
      reason: 'ERROR',
      errorCode: 'TYPE_MISMATCH',
    });
    await wire.time.advance(2_000);
    expect(wire.batches).toEqual([]);
  });

  test('no context makes it throw', async () => {
    const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
    const client = await startedOn(wire);
    const throwing = {
      get targetingKey(): string {
        throw new Error('no session');
      },
    };
    expect(client.variationDetail('new-checkout', throwing, false)).toMatchObject({
      value: false,
      errorCode: 'GENERAL',
    });
    client.track('paid', throwing);
    expect(client.run('new-checkout', throwing, { control: () => 'c', treatment: () => 't' })).toBe('c');
    // What callers in JavaScript can pass.
    for (const context of [undefined, null, 7, 'ann', []] as never[]) client.variation('new-checkout', context, false);
  });

  test('it goes on after close, without recording', async () => {
    const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
    const client = await startedOn(wire);
    expect(await client.close()).toBe(true);
    expect(client.variation('new-checkout', ANN, false)).toBe(true);
    await wire.time.advance(60_000);
    expect(wire.batches).toEqual([]);
    expect(wire.openStreams).toEqual([]);
  });

  test('a closed client leaves no timers, whatever it was about to do', async () => {
    for (const faults of [{}, { refuseStreams: true }, { hangStreams: true }, { answer: () => answered(500) }]) {
      const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
      wire.faults = faults;
      const client = clientOn(wire);
      await wire.time.advance(2_500);
      client.track('paid', ANN);
      const closed = client.close({ timeoutMs: 1_000 });
      await wire.time.advance(1_000);
      await closed;
      expect(wire.time.timerCount()).toBe(0);
    }
  });
});

describe('initialisation', () => {
  test('is fulfilled when the server has answered', async () => {
    const client = clientOn(new InMemoryWire().seed({ flags: [ON] }));
    expect(await client.waitForInitialization()).toEqual({ source: 'server' });
    expect(await client.waitForInitialization()).toEqual({ source: 'server' });
  });

  test('is rejected with the reason when the time is up, and the client is ready once the server is back', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    wire.faults = { answer: () => ({ kind: 'failed', message: 'connection refused' }), refuseStreams: true };
    const client = clientOn(wire);
    const initialized = client.waitForInitialization({ timeoutMs: 3_000 });
    const rejected = expect(initialized).rejects.toThrow('no flags after 3000 ms: unreachable: connection refused');
    await wire.time.advance(3_000);
    await rejected;
    wire.faults = {};
    await wire.time.advance(30_000);
    expect(client.variation('new-checkout', ANN, false)).toBe(true);
  });

  test('with a cache it is fulfilled as soon as the server was asked in vain', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    const cache = memoryCache(wire);
    const first = cache.client();
    await first.waitForInitialization();
    await first.close();

    wire.faults = { answer: () => ({ kind: 'failed', message: 'connection refused' }), refuseStreams: true };
    const second = cache.client();
    expect(second.variationDetail('new-checkout', ANN, false)).toMatchObject({ value: true, reason: 'CACHED' });
    expect(await second.waitForInitialization()).toEqual({ source: 'cache' });
    wire.faults = {};
    await wire.time.advance(30_000);
    expect(second.variationDetail('new-checkout', ANN, false).reason).toBe('STATIC');
  });

  test('a cached snapshot is confirmed by its ETag', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    const cache = memoryCache(wire);
    const first = cache.client();
    await first.waitForInitialization();
    await first.close();
    const second = cache.client();
    expect(await second.waitForInitialization()).toEqual({ source: 'server' });
    expect(wire.requests.at(-1)?.headers['if-none-match']).toBe('"default/production@1"');
    expect(second.status()).toMatchObject({ source: 'server', revision: 1 });
  });

  test('an ETag is not kept for rules that deltas have changed', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    const cache = memoryCache(wire);
    const first = cache.client();
    await first.waitForInitialization();
    await wire.time.advance(0);
    wire.publish(change(OFF));
    await first.close();
    const second = cache.client();
    expect(second.status()).toMatchObject({ source: 'cache', revision: 2 });
    expect(wire.requests.at(-1)?.headers['if-none-match']).toBeUndefined();
  });

  test('a cache that is full or of somebody else does not disturb the client', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    const save = (): never => {
      throw new Error('quota');
    };
    const client = clientOn(wire, { platform: { ...wire.platform(), save } }, '1-2\n{"revision":9}');
    await wire.time.advance(1_000);
    expect(client.variation('new-checkout', ANN, false)).toBe(true);
    expect(await client.close()).toBe(true);
    expect(wire.logs).toEqual(['warn cache: Error: quota']);
  });

  test('ready comes once, also to a listener that comes late', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
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
  test('a delta is in force at once, confirmed to the server and told to listeners', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    const client = await startedOn(wire);
    const changes: unknown[] = [];
    client.on('change', (detail) => changes.push(detail));
    wire.publish(change(OFF));
    expect(client.variation('new-checkout', ANN, true)).toBe(false);
    expect(wire.applied).toEqual([2]);
    expect(changes).toEqual([{ revision: 2, flagKeys: ['new-checkout'] }]);
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
    expect(client.variation('new-checkout', ANN, false)).toBe(true);
    wire.beat();
    await wire.time.advance(1_000);
    expect(client.variation('new-checkout', ANN, true)).toBe(false);
    expect(client.status()).toMatchObject({ connection: 'streaming', revision: 2 });
  });

  test('resync spreads the clients over the time that the server names', async () => {
    const arrivals: number[] = [];
    for (let seed = 1; seed <= 20; seed++) {
      const wire = new InMemoryWire().seed({ flags: [ON] });
      await startedOn(wire, { platform: wire.platform({ seed }) });
      const before = wire.requests.length;
      wire.openStreams[0]?.say('resync', { revision: 1, withinMs: 10_000 });
      while (wire.requests.length === before) await wire.time.advance(100);
      arrivals.push(wire.time.nowMs());
    }
    expect(Math.max(...arrivals)).toBeLessThanOrEqual(10_100);
    expect(Math.max(...arrivals) - Math.min(...arrivals)).toBeGreaterThan(5_000);
  });

  test('a lost stream comes back by itself and catches up', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    const client = await startedOn(wire);
    wire.openStreams[0]?.lose();
    wire.changeSilently(change(OFF));
    await wire.time.advance(1_000);
    expect(client.variation('new-checkout', ANN, true)).toBe(false);
    expect(wire.streams).toHaveLength(2);
    expect(wire.streams[1]?.hello.revision).toBe(1);
  });

  test('a silent line is left after three beats, and snapshots are polled while there is no stream', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    const client = await startedOn(wire);
    wire.faults = { hangStreams: true };
    wire.changeSilently(change(OFF));
    await wire.time.advance(14_900);
    expect(client.status()).toMatchObject({ connection: 'streaming', revision: 1 });
    await wire.time.advance(100);
    expect(client.status().revision).toBe(2);
    wire.changeSilently(change(ON));
    await wire.time.advance(45_000);
    expect(client.status()).toMatchObject({ revision: 3, stale: false });
    wire.faults = {};
    await wire.time.advance(45_000);
    expect(client.status().connection).toBe('streaming');
  });

  test('polls of unchanged rules are answered with 304', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    wire.faults = { refuseStreams: true };
    await startedOn(wire);
    await wire.time.advance(60_000);
    const conditional = wire.requests.filter((request) => request.headers['if-none-match'] !== undefined);
    expect(wire.requests.length - conditional.length).toBe(1);
    expect(conditional.length).toBeGreaterThan(3);
  });

  test('a platform that breaks its promise costs an attempt, not the application', async () => {
    const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
    const platform = wire.platform();
    let isBroken = true;
    const request: Platform['request'] = (...asked) =>
      isBroken ? Promise.reject(new Error('broken')) : platform.request(...asked);
    const client = clientOn(wire, { platform: { ...platform, request } });
    const problems: ClientProblem[] = [];
    client.on('error', (problem) => problems.push(problem));
    client.track('paid', ANN);
    await wire.time.advance(2_000);
    expect(problems).toContainEqual({ code: 'unreachable', message: 'Error: broken' });
    expect(problems).toContainEqual({ code: 'events-unreachable', message: 'Error: broken' });
    isBroken = false;
    await wire.time.advance(10_000);
    expect(client.variation('new-checkout', ANN, false)).toBe(true);
    expect(wire.batches[0]?.outcomes.events).toEqual(['paid']);
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
    clientOn(wire);
    await wire.time.advance(300_000);
    expect(inFlightMax).toBe(1);
    expect(wire.requests.length).toBeGreaterThan(10);
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
    ['200 with half a snapshot', answered(200, '{"protocol":1,"environment":"default/production","revision":9')],
    ['a newer protocol', answered(200, '{"protocol":2,"environment":"e","revision":9,"flags":[],"segments":[]}')],
  ] as const;
  test.each(answers)(
    'after an hour of %s the last good rules still answer, and the client recovers',
    async (_, answer) => {
      const wire = new InMemoryWire().seed({ flags: [ON] });
      const client = await startedOn(wire);
      wire.openStreams[0]?.lose();
      wire.faults = { answer: () => answer, refuseStreams: true };
      const problems: ClientProblem[] = [];
      client.on('error', (problem) => problems.push(problem));
      await wire.time.advance(3_600_000);
      expect(client.variationDetail('new-checkout', ANN, false)).toMatchObject({ value: true, reason: 'STALE' });
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
    ['beat', null],
    ['resync', undefined],
    ['resync', { withinMs: 1e300 }],
  ])('a malformed %s %j leads to a snapshot, not to a loss', async (word, payload) => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    const client = await startedOn(wire);
    wire.openStreams[0]?.say(word, payload);
    expect(client.variation('new-checkout', ANN, false)).toBe(true);
    await wire.time.advance(61_000);
    expect(client.status()).toMatchObject({ connection: 'streaming', revision: 1 });
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
    expect(client.variation('new-checkout', ANN, true)).toBe(false);
    await wire.time.advance(120_000);
    expect(client.status()).toMatchObject({ revision: 20, connection: 'streaming', stale: false });
    expect(client.variation('new-checkout', ANN, false)).toBe(true);
  });

  test('stale is told once, when nothing was heard for the bound, and ends with the next word', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    const client = await startedOn(wire, { staleAfterMs: 20_000 });
    const heard: number[] = [];
    client.on('stale', ({ dataAgeMs }) => heard.push(dataAgeMs));
    wire.openStreams[0]?.lose();
    wire.faults = { answer: () => ({ kind: 'failed', message: 'cut' }), refuseStreams: true };
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
    expect(client.variationDetail('new-checkout', ANN, false).reason).toBe('STATIC');
  });

  test('a thousand beats leave no timers behind', async () => {
    const wire = new InMemoryWire().seed({ flags: [ON] });
    const client = await startedOn(wire, { staleAfterMs: 20_000 });
    for (let beat = 0; beat < 1_000; beat++) {
      await wire.time.advance(5_000);
      wire.beat();
    }
    expect(client.status()).toMatchObject({ connection: 'streaming', stale: false, dataAgeMs: 0 });
    expect(wire.streams).toHaveLength(1);
  });
});

describe('reporting', () => {
  test('evaluations are counted, and those under a rollout expose their unit', async () => {
    const wire = new InMemoryWire().seed({ flags: [ROLLOUT, buildFlag({ key: 'plain' })] });
    const client = await startedOn(wire);
    client.variation('new-checkout', ANN, false);
    client.variationDetail('new-checkout', ANN, false);
    client.variation('plain', ANN, false);
    client.allVariations(ANN);
    await wire.time.advance(2_000);
    expect(wire.batches).toMatchObject([
      {
        exposures: { rolloutIds: ['r1'], rollout: [0], epoch: [1], stage: [0], arm: [1], unit: [0] },
        counters: { flags: ['new-checkout', 'plain'], count: [2, 1] },
      },
    ]);
  });

  test('asks for a flag that is not there are counted, and those that the flag leaves to the caller', async () => {
    const fallthrough = { kind: 'variation', variation: '$default' } as const;
    const wire = new InMemoryWire().seed({ flags: [buildFlag({ key: 'yours', fallthrough })] });
    const client = await startedOn(wire);
    for (const key of ['new-chekcout', 'yours', 'new-chekcout']) expect(client.variation(key, ANN, true)).toBe(true);
    await wire.time.advance(2_000);
    expect(wire.batches).toMatchObject([
      { counters: { flags: ['new-chekcout', 'yours'], variations: ['$missing', '$default'], count: [2, 1] } },
    ]);
  });

  test('nothing of a context leaves but the hashes of its unit', async () => {
    const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
    const client = await startedOn(wire);
    const context = { targetingKey: 'ann@example.com', email: 'secret@example.com' };
    client.variation('new-checkout', context, false);
    client.track('paid', context, { value: 3 });
    client.run('new-checkout', context, { control: () => 0, treatment: () => 1 });
    await client.close();
    expect(wire.batches).toHaveLength(1);
    expect(JSON.stringify(wire.requests) + JSON.stringify(wire.streams.map(({ hello }) => hello))).not.toContain(
      'example.com',
    );
  });

  test('run takes the branch of the value and reports how long it took', async () => {
    const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
    const client = await startedOn(wire);
    expect(client.run('new-checkout', ANN, { control: () => 'c', treatment: () => 't' })).toBe('t');
    const slow = client.run('new-checkout', ANN, {
      control: () => Promise.resolve(0),
      treatment: () => new Promise<number>((resolve) => wire.time.after(250, () => resolve(7))),
    });
    await wire.time.advance(300);
    expect(await slow).toBe(7);
    await wire.time.advance(2_000);
    expect(wire.batches[0]?.outcomes).toMatchObject({
      events: ['$duration:new-checkout'],
      event: [0, 0],
      value: [0, 250],
    });
  });

  test('run rethrows and rejects as its branch does, and reports the error', async () => {
    const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
    const client = await startedOn(wire);
    const failing = {
      control: () => undefined,
      treatment: () => {
        throw new TypeError('broken');
      },
    };
    expect(() => client.run('new-checkout', ANN, failing)).toThrow(new TypeError('broken'));
    const rejecting = { control: async () => undefined, treatment: () => Promise.reject(new Error('late')) };
    await expect(client.run<Promise<undefined>>('new-checkout', ANN, rejecting)).rejects.toThrow('late');
    await wire.time.advance(2_000);
    expect(wire.batches[0]?.outcomes).toMatchObject({
      events: ['$duration:new-checkout', '$error:new-checkout'],
      event: [0, 1, 0, 1],
    });
  });

  test('run of a flag without a rollout reports nothing but its evaluation', async () => {
    const wire = new InMemoryWire().seed({ flags: [OFF] });
    const client = await startedOn(wire);
    expect(client.run('new-checkout', ANN, { control: () => 'c', treatment: () => 't' })).toBe('c');
    expect(client.run('unknown', ANN, { control: () => 'c', treatment: () => 't' })).toBe('c');
    await wire.time.advance(2_000);
    expect(wire.batches).toMatchObject([{ outcomes: { event: [] }, counters: { count: [1, 1] } }]);
  });

  test('a measurement is reported once, when it ends', async () => {
    const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
    const client = await startedOn(wire);
    const { value, end } = client.measure('new-checkout', ANN, false);
    expect(value).toBe(true);
    await wire.time.advance(400);
    end({ failed: true });
    end({ failed: false });
    await wire.time.advance(2_000);
    expect(wire.batches[0]?.outcomes.event).toEqual([0, 1]);
    expect(wire.batches[0]?.outcomes.value).toEqual([400, 1]);
  });

  test('an outcome also counts for the organisation that a rollout measures', async () => {
    const byOrg = buildFlag({ fallthrough: { ...ROLLOUT.fallthrough, unit: 'org' } as Flag['fallthrough'] });
    const wire = new InMemoryWire().seed({ flags: [byOrg] });
    const client = await startedOn(wire);
    client.variation('new-checkout', { targetingKey: 'ann', org: 'acme' }, false);
    client.track('paid', { targetingKey: 'bob', org: 'acme' });
    await wire.time.advance(2_000);
    const batch = wire.batches[0];
    expect(batch?.outcomes.unit).toHaveLength(2);
    expect(batch?.outcomes.unit).toContain(batch?.exposures.unit[0]);
  });

  test('a batch that can never be accepted is told to the application', async () => {
    const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
    const client = await startedOn(wire);
    const problems: ClientProblem[] = [];
    client.on('error', (problem) => problems.push(problem));
    wire.faults = { answer: () => answered(400, '{"code":"invalid-request"}') };
    client.track('paid', ANN);
    await wire.time.advance(2_000);
    expect(problems).toMatchObject([{ code: 'events-refused' }]);
  });
});

test('whoever waits when the client is closed waits no longer', async () => {
  const wire = new InMemoryWire();
  wire.faults = { answer: () => new Promise(() => undefined) };
  const client = clientOn(wire);
  const ready = client.waitForInitialization();
  await client.close();
  await expect(ready).rejects.toThrow('no flags');
  expect(wire.time.timerCount()).toBe(0);
});
