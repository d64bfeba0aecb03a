import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CANARY_TOOLS } from '../canary-tools.ts';
import { UnreadableFile } from '../unreadable-file.ts';

const NAMES = ['kind', 'metadata', 'spec', 'name', 'analysis', 'strategy', 'canary', 'blueGreen', 'steps', 'setWeight']
  .concat(['pause', 'duration', 'metrics', 'interval', 'count', 'stepWeight', 'stepWeights', 'maxWeight', 'iterations'])
  .concat(['webhooks', 'type', 'url', 'provider', 'query', 'templateRef', 'thresholdRange', 'min', 'args', 'valueFrom'])
  .concat([
    'classifier',
    'groupWeights',
    'analysisConfigurations',
    'effectSize',
    'templates',
    '__proto__',
    'constructor',
  ]);
const KINDS = ['Canary', 'MetricTemplate', 'Rollout', 'AnalysisTemplate', 'ClusterAnalysisTemplate', 'List', 'Secret'];

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium' },
    fc.constantFrom(null, true, 0, 1, 10, 50, 200, -1, 1.5, Number.NaN, '', '1m', '10', '{{ target }}', '{{args.x}}'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 8 }),
  ),
}));

/** Something that looks like an object of a tool down to its spec, and is anything from there on. */
const document = fc.oneof(
  value,
  fc.record({
    kind: fc.constantFrom(...KINDS),
    metadata: fc.oneof(fc.record({ name: fc.constantFrom('a', 'b') }), value),
    spec: fc.oneof(
      value,
      fc.record({ analysis: value }),
      fc.record({ strategy: fc.record({ canary: fc.record({ steps: fc.array(value, { maxLength: 4 }) }) }) }),
      fc.record({ metrics: fc.array(value, { maxLength: 3 }), args: value }, { requiredKeys: [] }),
    ),
  }),
  fc.record(
    { name: value, metrics: fc.array(value, { maxLength: 3 }), classifier: value },
    { requiredKeys: ['metrics'] },
  ),
);

test.each(Object.entries(CANARY_TOOLS))(
  'whatever documents %s is given, every object is told of with its reasons',
  (_, read) => {
    fc.assert(
      fc.property(fc.array(document, { minLength: 1, maxLength: 4 }), (documents) => {
        let imported: ReturnType<typeof read>;
        try {
          imported = read(documents);
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableFile);
          return;
        }
        const { plans, connections, report } = imported;
        const objects = Object.entries(report.objects);
        expect(objects.length).toBeGreaterThan(0);
        for (const [, { status, reasons }] of objects) {
          if (status !== 'exact') expect(reasons.length).toBeGreaterThan(0);
        }
        const whole = objects.filter(([, { status }]) => status !== 'refused').map(([title]) => title);
        expect(Object.keys(plans).length).toBeLessThanOrEqual(whole.length);
        for (const title of Object.keys(connections)) expect(whole).toContain(title);
      }),
      { numRuns: 500 },
    );
  },
);
