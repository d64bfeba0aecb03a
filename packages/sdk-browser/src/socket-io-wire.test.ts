import { expect, test } from 'vitest';
import { CONNECT, EVENT, eventPacket, isEnd, OPENED, PING, readPacket } from './socket-io-wire.ts';

test('what the server says is understood', () => {
  expect(readPacket('0{"sid":"a","upgrades":[],"pingInterval":25000}')).toEqual([OPENED]);
  expect(readPacket('40{"sid":"b"}')).toEqual([CONNECT]);
  expect(readPacket('2')).toEqual([PING]);
  expect(readPacket('42["beat",{"revision":7}]')).toEqual([EVENT, 'beat', { revision: 7 }]);
  expect(readPacket('42["news"]')).toEqual([EVENT, 'news', undefined]);
});

test.each(['1', '41', '44{"message":"the key is unknown"}', '42{"not":"a list"}', '42[7]', '42["beat",{', '42'])(
  '%s ends the line',
  (text) => {
    expect(isEnd(readPacket(text)[0])).toBe(true);
  },
);

test.each(['', '6', '43["ack"]', '451-["binary"]', 'garbage', new ArrayBuffer(4), undefined])(
  '%s is nothing to this client',
  (data) => {
    const [digits] = readPacket(data);
    expect([OPENED, PING, CONNECT, EVENT]).not.toContain(digits);
    expect(isEnd(digits)).toBe(false);
  },
);

test('what the client says is JSON behind its digits', () => {
  expect(eventPacket('applied', { revision: 3 })).toBe('42["applied",{"revision":3}]');
});
