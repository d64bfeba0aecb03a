import { expect, test } from 'vitest';
import { firstProgram } from './first-program.ts';

test('the program has the real key once there is one, and until then asks the environment for it', () => {
  const input = { url: 'http://127.0.0.1:4280', flagKey: 'a"b' };
  expect(firstProgram({ ...input, serverKey: undefined })).toContain('key: process.env.TIDEGATE_SERVER_KEY');
  const program = firstProgram({ ...input, serverKey: 'tg_srv_x' });
  expect(program).toContain('key: "tg_srv_x"');
  expect(program).toContain('client.variation("a\\"b",');
});
