// What a page downloads of the browser SDK, bundled as its own bundler would, from source: nothing needs to be built.
// kB are 1,000 bytes of gzip. The limits are what is reached, so that nothing grows unseen; docs/adr/0012 tells the aims,
// and what each part costs.
const onDemand = '@tidegate/sdk-core/words';

const part = (name, limit, files, ignore = []) => ({
  name,
  limit,
  ...files,
  ignore,
  gzip: true,
  brotli: false,
  modifyEsbuildConfig: (config) => ({
    ...config,
    format: 'esm',
    target: 'es2022',
    conditions: ['@tidegate/source'],
  }),
});

export default [
  part('holds flags and evaluates them', '2.41 kB', {
    import: {
      'packages/sdk-browser/src/held-rules.ts': '{ holdRules, snapshotAfter, changedAnswers }',
      'packages/evaluation/src/page/index.ts': '{ pageEvaluator }',
    },
  }),
  part('createClient: that, the stream and events', '7 kB', { path: 'packages/sdk-browser/src/index.ts' }, [onDemand]),
  part(
    'the OpenFeature provider, with its client',
    '8.5 kB',
    { path: 'packages/sdk-browser/src/openfeature/index.ts' },
    [onDemand, '@openfeature/web-sdk'],
  ),
  part('React, with its client and without React', '8.5 kB', { path: 'packages/sdk-browser/src/react/index.ts' }, [
    onDemand,
    'react',
  ]),
  part('page errors and web vitals, without their library', '0.5 kB', {
    path: 'packages/sdk-browser/src/vitals/index.ts',
  }),
  part('the overlay of developers', '2.5 kB', { path: 'packages/sdk-browser/src/devtools/index.ts' }),
  part('on demand: the rare words of the language', '100 kB', { path: 'packages/sdk-core/src/words.ts' }),
];
