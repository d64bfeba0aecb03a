import { expect, onTestFinished, test } from 'vitest';
import { manualPlatform } from '../../manual-platform.fixture.ts';
import { openSqliteStorage } from '../../storage/sqlite/sqlite-storage.ts';
import type { KeyKind, StreamConnection, StreamGateway } from '../../stream/gateway.ts';
import { Delivery } from './delivery.ts';

const ENVIRONMENT = 'default/production';
const HELLO = { key: 'k', protocol: 1, sdk: { name: 'test', version: '0' }, instance: 'i', revision: 0 };

/** A gateway with one connection, that remembers what was said. */
function gatewayOfOne(words: string[], onClose: () => void): StreamGateway {
  const connection: StreamConnection = {
    id: '1',
    environment: ENVIRONMENT,
    keyKind: 'server',
    hello: HELLO,
    appliedRevision: 0,
    send: ({ word }) => void words.push(word),
    close: onClose,
  };
  return {
    broadcast: (_environment, keyKind, { word }) => {
      if (keyKind === 'server') words.push(word);
    },
    connections: (_environment, keyKind: KeyKind) => (keyKind === 'server' ? [connection] : []),
    environments: () => [ENVIRONMENT],
    closeStalled: () => {},
    countByRevision: () => [],
    describe: () => [],
    close: async () => {},
  };
}

test('beats go on while the database answers nothing, and no stream is closed for it', async () => {
  const platform = manualPlatform(() => {});
  const storage = openSqliteStorage({ file: ':memory:' });
  onTestFinished(() => storage.close());
  await storage.migrate();
  const words: string[] = [];
  const delivery = new Delivery({
    storage: { ...storage, listChanges: () => new Promise(() => {}) },
    platform,
    findKey: () => new Promise(() => {}),
    onError: () => {},
  });
  delivery.start(gatewayOfOne(words, () => words.push('closed')));
  onTestFinished(() => delivery.stop());
  for (let second = 0; second < 31; second += 1) await platform.advance(1_000);
  expect(words).toEqual(Array.from({ length: 6 }, () => 'beat'));
});
