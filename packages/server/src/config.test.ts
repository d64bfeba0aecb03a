import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

test('hosts that may be called and secrets are read, and there are none by themselves', () => {
  expect(readConfig({})).toMatchObject({ outboundAllow: [], secrets: new Map() });
  const secrets = { grafana: { value: 'hush', host: 'Metrics.example.com' } };
  const config = readConfig({
    TIDEGATE_OUTBOUND_ALLOW: 'prometheus:9090, Mesh.internal',
    TIDEGATE_SECRETS: JSON.stringify(secrets),
  });
  expect(config.outboundAllow).toEqual(['prometheus:9090', 'mesh.internal']);
  expect(config.secrets.get('grafana')).toEqual({ value: 'hush', host: 'metrics.example.com' });
});

test.each([
  'hush',
  '{"a": hush}',
  '{"a": "hush"}',
  '{"a": {"value": "hush\\n", "host": "x"}}',
  '{"a": {"value": "hush"}}',
])('secrets that cannot be read are refused without being shown: %s', (text) => {
  const read = () => readConfig({ TIDEGATE_SECRETS: text });
  expect(read).toThrow('TIDEGATE_SECRETS');
  expect(read).not.toThrow('hush');
});
