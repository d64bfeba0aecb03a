import { expect, test } from 'vitest';
import { capturedIo } from './captured-io.ts';
import { findConnection } from './connection.ts';

const written = '{"url":"http://127.0.0.1:4280","operatorToken":"tg_op_written","serverKey":"s","browserKey":"b"}';

test('what the server wrote beside its data is enough', async () => {
  const io = capturedIo({ files: { './data/credentials.json': written } });
  expect(await findConnection({}, io)).toEqual({
    url: 'http://127.0.0.1:4280',
    token: 'tg_op_written',
    project: 'default',
    environment: 'production',
  });
});

test('the command line wins over the environment, and the environment over the file', async () => {
  const io = capturedIo({
    env: {
      TIDEGATE_DATA_DIR: '/srv/data',
      TIDEGATE_TOKEN: 'tg_op_env',
      TIDEGATE_PROJECT: 'shop',
      TIDEGATE_ENVIRONMENT: 'staging',
    },
    files: { '/srv/data/credentials.json': written },
  });
  expect(await findConnection({ environment: 'test' }, io)).toEqual({
    url: 'http://127.0.0.1:4280',
    token: 'tg_op_env',
    project: 'shop',
    environment: 'test',
  });
  expect(await findConnection({ token: 'tg_op_typed' }, io)).toMatchObject({ token: 'tg_op_typed' });
});

test('a written token goes to the server that wrote it and to no other', async () => {
  const io = capturedIo({ files: { './data/credentials.json': written } });
  await expect(findConnection({ url: 'https://elsewhere.example' }, io)).rejects.toThrow(
    'There is no token for https://elsewhere.example',
  );
  expect(await findConnection({ url: 'http://localhost:4280/' }, io)).toMatchObject({ token: 'tg_op_written' });
});

test('without any token it says where one comes from', async () => {
  await expect(findConnection({}, capturedIo({}))).rejects.toThrow('Set TIDEGATE_TOKEN');
});

test('a variable that is set to nothing is not set', async () => {
  const io = capturedIo({
    env: { TIDEGATE_TOKEN: '', TIDEGATE_URL: '' },
    files: { './data/credentials.json': written },
  });
  expect(await findConnection({}, io)).toMatchObject({ url: 'http://127.0.0.1:4280', token: 'tg_op_written' });
});

test('what cannot be a token or an address is said before anything is sent', async () => {
  await expect(findConnection({ token: 'a\nb', url: 'http://h' }, capturedIo({}))).rejects.toThrow('all of it copied');
  await expect(findConnection({ token: 'a', url: 'ftp://h' }, capturedIo({}))).rejects.toThrow('not an address');
  await expect(findConnection({ token: 'a', url: 'h:80' }, capturedIo({}))).rejects.toThrow('not an address');
});

test('a credentials file that is damaged is named', async () => {
  const io = capturedIo({ files: { './data/credentials.json': '{"url":' } });
  await expect(findConnection({}, io)).rejects.toThrow('./data/credentials.json is not what a server writes there');
});
