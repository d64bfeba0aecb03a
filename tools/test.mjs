// `npm test`: install, build, check, and run every test of the repository. The last line is `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installChromium } from './chromium.mjs';
import { installPrometheus } from './prometheus.mjs';
import { installProxies } from './proxies.mjs';
import { build, install, root } from './set-up.mjs';

install();
installChromium();
installPrometheus();
installProxies();
build();

const report = join(root, '.tmp', 'test-report.json');
mkdirSync(join(root, '.tmp'), { recursive: true });
rmSync(report, { force: true });

const bin = (name) => join(root, 'node_modules', '.bin', name);
const checks = [
  ['types', bin('tsc'), ['-b']],
  ['format and lint', bin('biome'), ['check', '.']],
  [
    'arrows and cycles',
    bin('depcruise'),
    ['--config', '.dependency-cruiser.mjs', 'packages', 'simulation', 'e2e', 'bench', 'examples'],
  ],
  ['dead code', bin('knip'), []],
  ['what a page downloads', bin('size-limit'), []],
  ['what applications install', process.execPath, [join(root, 'tools', 'check-packages.mjs')]],
];
const failedChecks = checks.filter(([name, command, args]) => {
  console.log(`\nCheck: ${name}`);
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status !== 0;
});

spawnSync(bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], {
  cwd: root,
  stdio: 'inherit',
});

const { passed, failed, skipped, suitesFailed } = counts();
const failures = failed + suitesFailed + failedChecks.length;
for (const [name] of failedChecks) console.log(`The check of ${name} failed.`);
console.log(
  `\n${passed + checks.length - failedChecks.length} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
);
process.exit(failures === 0 ? 0 : 1);

function counts() {
  try {
    const json = JSON.parse(readFileSync(report, 'utf8'));
    const brokenFiles = json.testResults.filter(
      (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
    );
    return {
      passed: json.numPassedTests,
      failed: json.numFailedTests,
      skipped: json.numPendingTests,
      suitesFailed: brokenFiles.length + (json.success || json.numFailedTests > 0 || brokenFiles.length > 0 ? 0 : 1),
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0, suitesFailed: 0 };
  }
}
