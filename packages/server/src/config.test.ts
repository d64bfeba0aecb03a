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

test('of secrets that cannot be read it is told which and where', () => {
  const secrets = {
    a: { value: 'hush', host: 'x', environments: ['shop/production', 'games/*'] },
    b: { value: 'hush' },
  };
  expect(() => readConfig({ TIDEGATE_SECRETS: JSON.stringify(secrets) })).toThrow(/see entry 2\.host$/);
});

test.each([
  'hush',
  '{"a": hush}',
  '{"a": "hush"}',
  '{"a": {"value": "hush\\n", "host": "x"}}',
  '{"a": {"value": "hush"}}',
  '{"a": {"value": "hush", "host": "x", "environments": []}}',
  '{"a": {"value": "hush", "host": "x", "environments": ["*/production"]}}',
  '{"hush": "a"}',
  '{"hush": {"value": "a"}}',
  '{"hu/sh": {"value": "hush", "host": "x"}}',
  '{"whsec_hush": {"value": "a", "host": "x"}}',
])('secrets that cannot be read are refused without being shown: %s', (text) => {
  const read = () => readConfig({ TIDEGATE_SECRETS: text });
  expect(read).toThrow('TIDEGATE_SECRETS');
  expect(read).not.toThrow(/hu\/?sh/);
});

test('what traffic adapters may reach is read by environment, and there is nothing by itself', () => {
  expect(readConfig({}).traffic).toEqual(new Map());
  const site = { file: '/etc/nginx/edge.conf', reload: { command: ['/usr/sbin/nginx', '-s', 'reload'] } };
  const text = JSON.stringify({ 'default/production': { haproxy: ['10.0.0.7:9999'], nginx: { edge: site } } });
  expect(readConfig({ TIDEGATE_TRAFFIC: text }).traffic.get('default/production')).toEqual({
    haproxy: ['10.0.0.7:9999'],
    nginx: { edge: site },
  });
});

test.each([
  '{',
  '{"production": {}}',
  '{"default/production": {"command": ["/bin/sh"]}}',
  '{"default/production": {"manifests": "here"}}',
  '{"default/production": {"nginx": {"edge": {"file": "/a", "reload": {"command": []}}}}}',
  '{"default/production": {"nginx": {"edge": {"file": "/a", "reload": {"command": ["nginx"]}}}}}',
  '{"default/production": {"nginx": {"a b": {"file": "/a", "reload": {"pidFile": "/b"}}}}}',
])('what could be reached by mistake is refused: %s', (text) => {
  expect(() => readConfig({ TIDEGATE_TRAFFIC: text })).toThrow('TIDEGATE_TRAFFIC');
});
