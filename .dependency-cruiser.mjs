// Tests, and what several of them share.
const notShipped = '[.](test|contract|fixture)[.]ts$';

// The arrows of the house (docs/architecture.md), as rules that fail the check.
const packageImportsOnly = (name, allowed) => ({
  name: `${name}-imports-only-${allowed.join('-and-') || 'itself'}`,
  severity: 'error',
  from: { path: `^packages/${name}/src`, pathNot: notShipped },
  to: { path: '^packages/', pathNot: `^packages/(${[name, ...allowed].join('|')})/` },
});

const typesOnly = (from, to) => ({
  name: `${from}-takes-only-types-of-${to}`,
  severity: 'error',
  from: { path: `^packages/${from}/src`, pathNot: notShipped },
  to: { path: `^packages/${to}/`, dependencyTypesNot: ['type-only'] },
});

const nothingFromOutside = (name, allowed) => ({
  name: `${name}-imports-nothing-from-outside`,
  severity: 'error',
  from: { path: `^packages/${name}/src`, pathNot: notShipped },
  to: { dependencyTypes: ['npm', 'npm-dev', 'npm-peer', 'npm-optional', 'core'], pathNot: allowed },
});

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    // Next.js is installed by who runs the example.
    { name: 'nothing-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^next/' } },
    packageImportsOnly('evaluation', []),
    packageImportsOnly('flag-file', ['evaluation']),
    packageImportsOnly('importers', ['analysis', 'evaluation', 'flag-file']),
    packageImportsOnly('analysis', []),
    packageImportsOnly('protocol', ['evaluation', 'analysis']),
    packageImportsOnly('sdk-core', ['evaluation', 'protocol']),
    packageImportsOnly('sdk-node', ['sdk-core', 'flag-file']),
    packageImportsOnly('sdk-browser', ['sdk-core']),
    packageImportsOnly('server', ['evaluation', 'analysis', 'protocol']),
    packageImportsOnly('cli', ['evaluation', 'analysis', 'protocol', 'flag-file', 'importers']),
    packageImportsOnly('dashboard', ['evaluation', 'analysis', 'protocol']),
    typesOnly('protocol', 'evaluation'),
    typesOnly('protocol', 'analysis'),
    typesOnly('sdk-core', 'protocol'),
    typesOnly('dashboard', 'protocol'),
    nothingFromOutside('evaluation', '^packages/|node_modules/re2js/'),
    nothingFromOutside('flag-file', '^packages/'),
    nothingFromOutside('importers', '^packages/'),
    nothingFromOutside('analysis', '^packages/|node_modules/@stdlib/'),
    nothingFromOutside('sdk-core', '^packages/'),
    nothingFromOutside('sdk-browser', '^packages/|node_modules/react/'),
    {
      name: 'react-is-for-its-entry-alone',
      severity: 'error',
      from: { path: '^packages/sdk-browser/src/(?!react/)', pathNot: notShipped },
      to: { path: 'node_modules/react/' },
    },
    {
      name: 'nothing-shipped-imports-the-testkit',
      severity: 'error',
      from: { path: '^packages/', pathNot: `${notShipped}|^packages/testkit/` },
      to: { path: '^packages/testkit/' },
    },
    {
      name: 'features-meet-at-their-doors',
      severity: 'error',
      from: { path: '^packages/server/src/features/([^/]+)/' },
      to: { path: '^packages/server/src/features/', pathNot: '^packages/server/src/features/($1/|[^/]+/index[.]ts$)' },
    },
    {
      name: 'mechanisms-know-no-feature',
      severity: 'error',
      from: { path: '^packages/server/src/(http|http-client|stream|storage)/' },
      to: { path: '^packages/server/src/features/' },
    },
    {
      name: 'analysis-rooms-flow-one-way',
      severity: 'error',
      comment: 'evidence -> statistics -> rollout: a later room may import an earlier one, never the other way',
      from: { path: '^packages/analysis/src/evidence/' },
      to: { path: '^packages/analysis/src/(statistics/(?!engine/)|rollout/)' },
    },
    {
      name: 'the-engine-knows-no-books',
      severity: 'error',
      comment: 'the books fold the engine as ticks close, so the engine stands below them',
      from: { path: '^packages/analysis/src/statistics/engine/' },
      to: { path: '^packages/analysis/src/evidence/' },
    },
    {
      name: 'statistics-judge-no-rollout',
      severity: 'error',
      from: { path: '^packages/analysis/src/statistics/' },
      to: { path: '^packages/analysis/src/rollout/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/|/[.]tmp/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['@tidegate/source', 'import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
};
