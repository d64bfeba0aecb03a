// `npm test`: install, build, check, and run every test of the repository. The last line is `N passed, N failed`.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { installChromium } from './chromium.mjs';
import { installPrometheus } from './prometheus.mjs';
import { installProxies } from './proxies.mjs';
import { build, install, root } from './set-up.mjs';

install();
installChromium();
installPrometheus();
installProxies();

const report = join(root, '.tmp', 'test-report.json');
mkdirSync(join(root, '.tmp'), { recursive: true });
rmSync(report, { force: true });

const bin = (name) => join(root, 'node_modules', '.bin', name);
const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill();
});

// Each of these keeps one core busy, so they run at once. What they print while the build has this process waits.
const ofSources = [
  startCheck('format and lint', bin('biome'), ['check', '.']),
  startCheck('arrows and cycles', bin('depcruise'), [
    ...['--config', '.dependency-cruiser.mjs'],
    ...['packages', 'conformance', 'simulation', 'e2e', 'bench', 'examples'],
  ]),
  startCheck('dead code', bin('knip'), []),
];
build();
const checks = [
  startCheck('types', bin('tsc'), ['-b']),
  startCheck('what a page downloads', bin('size-limit'), []),
  startCheck('what applications install', process.execPath, [join(root, 'tools', 'check-packages.mjs')]),
  ...ofSources,
];
const failedChecks = [];
for (const check of checks) {
  const { name, isPassed, output } = await check;
  console.log(`\nCheck: ${name}\n${output}`);
  if (!isPassed) failedChecks.push(name);
}

spawnSync(bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], {
  cwd: root,
  stdio: 'inherit',
});

const { passed, failed, skipped, suitesFailed } = counts();
const failures = failed + suitesFailed + failedChecks.length;
for (const name of failedChecks) console.log(`The check of ${name} failed.`);
console.log(
  `\n${passed + checks.length - failedChecks.length} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
);
process.exit(failures === 0 ? 0 : 1);

/** Starts it; fulfilled when it has ended, with what it printed. */
async function startCheck(name, command, args) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const ended = once(child, 'close');
  const [[status], ...output] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  running.delete(child);
  return { name, isPassed: status === 0, output: output.join('').trim() };
}

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
