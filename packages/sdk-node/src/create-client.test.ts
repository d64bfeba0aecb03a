import { expect, test } from 'vitest';
import { createClient } from './create-client.ts';

test('a client without a key or with a strange address is refused when it is made', () => {
  expect(() => createClient({ url: 'http://localhost:4280', key: '' })).toThrow('key: expected a server key');
  // What a missing environment variable makes of it.
  const key = undefined as unknown as string;
  expect(() => createClient({ url: 'http://localhost:4280', key })).toThrow('got undefined');
  for (const url of ['localhost:4280', '', 'ftp://localhost', '/flags']) {
    expect(() => createClient({ url, key: 'tg_srv_key' })).toThrow("url: expected the server's address");
  }
});
