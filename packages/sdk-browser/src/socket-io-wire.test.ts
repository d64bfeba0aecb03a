import { expect, test } from 'vitest';
import { connectPacket, eventPacket, readPacket } from './socket-io-wire.ts';

test('what the server says is understood', () => {
  expect(readPacket('0{"sid":"a","upgrades":[],"pingInterval":25000}')).toEqual({ kind: 'opened' });
  expect(readPacket('40{"sid":"b"}')).toEqual({ kind: 'connected' });
  expect(readPacket('2')).toEqual({ kind: 'ping' });
  expect(readPacket('42["beat",{"revision":7}]')).toEqual({ word: 'beat', payload: { revision: 7 } });
  expect(readPacket('42["news"]')).toEqual({ word: 'news', payload: undefined });
});

test.each(['1', '41', '44{"message":"the key is unknown"}', '42{"not":"a list"}', '42[7]', '42["beat",{', '42'])(
  '%s ends the line',
  (text) => {
    expect(readPacket(text)).toEqual({ kind: 'ended' });
  },
);

test.each(['', '6', '43["ack"]', '451-["binary"]', 'garbage', new ArrayBuffer(4), undefined])(
  '%s is nothing to this client',
  (data) => {
    expect(readPacket(data)).toEqual({ kind: undefined });
  },
);

test('what the client says is JSON behind its digits', () => {
  expect(connectPacket({ key: 'k' })).toBe('40{"key":"k"}');
  expect(eventPacket('applied', { revision: 3 })).toBe('42["applied",{"revision":3}]');
});
