import type { GuardTemplate, TemplateParameter } from './guard-template.ts';

const browserEvidence: TemplateParameter = {
  type: 'boolean',
  description: 'Whether outcomes that came under a browser key count: anyone can forge those.',
  default: false,
};

/**
 * What every project has from the start. `$error` and `$duration` are what `client.run` and the Express middleware
 * report by themselves, for each flag its own, so these need no set-up.
 */
export const BUILT_IN_TEMPLATES: readonly GuardTemplate[] = [
  {
    name: 'error-rate',
    version: 1,
    description: 'Units with an error: a branch of `client.run` that threw, a response with status 500 or above.',
    parameters: {
      event: { type: 'string', description: 'What an error is reported as.', default: '$error' },
      browserEvidence,
    },
    metric: {
      description: 'Units with an error ({{event}})',
      event: '{{event}}',
      harm: 'up',
      browserEvidence: '{{browserEvidence}}',
    },
  },
  {
    name: 'latency',
    version: 1,
    description: 'Units that waited longer than `slowMs` for a branch of `client.run` or for a response.',
    parameters: {
      slowMs: { type: 'number', description: 'Milliseconds beyond which a wait is slow.', default: 1_000, min: 1 },
      event: { type: 'string', description: 'What a duration in milliseconds is reported as.', default: '$duration' },
      browserEvidence,
    },
    metric: {
      description: 'Units with a wait of more than {{slowMs}} ms ({{event}})',
      event: '{{event}}',
      countsWhen: { above: '{{slowMs}}' },
      harm: 'up',
      browserEvidence: '{{browserEvidence}}',
    },
  },
  {
    name: 'latency-distribution',
    version: 1,
    description: 'How long units waited: slower anywhere in the distribution is harm, without a bound to choose.',
    parameters: {
      event: { type: 'string', description: 'What a duration in milliseconds is reported as.', default: '$duration' },
      browserEvidence,
    },
    metric: {
      kind: 'histogram',
      description: 'The distribution of waits ({{event}})',
      event: '{{event}}',
      harm: 'up',
      browserEvidence: '{{browserEvidence}}',
    },
  },
];
