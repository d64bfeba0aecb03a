// What applications install: whether the entries of the SDKs exist and are what they say (publint), and whether TypeScript
// finds their types as Node and bundlers resolve them (arethetypeswrong). Needs a build. The SDKs are ESM alone, so what
// CommonJS and the resolution before `exports` would find is not asked.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkPackage, Package } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { root } from './set-up.mjs';

const CHECKED = ['sdk-browser', 'sdk-core', 'sdk-node'];
const RESOLUTIONS = ['node16-esm', 'bundler'];

const flaws = (await Promise.all(CHECKED.flatMap((name) => [entryFlaws(name), typeFlaws(name)]))).flat();
for (const flaw of flaws) console.log(flaw);
console.log(`${CHECKED.length} packages, ${flaws.length} flaws`);
process.exit(flaws.length === 0 ? 0 : 1);

async function entryFlaws(name) {
  const pkgDir = join(root, 'packages', name);
  const { messages, pkg } = await publint({ pkgDir, pack: false, level: 'warning' });
  return messages.map((message) => `${name}: ${formatMessage(message, pkg)}`);
}

async function typeFlaws(name) {
  const { problems } = await checkPackage(published(name));
  return problems
    .filter(({ resolutionKind }) => resolutionKind === undefined || RESOLUTIONS.includes(resolutionKind))
    .map((problem) => `${name}: ${JSON.stringify(problem)}`);
}

/** The files of a package as they are published, without what only this workspace resolves. */
function published(name) {
  const folder = join(root, 'packages', name);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  for (const entry of Object.values(manifest.exports)) delete entry['@tidegate/source'];
  const place = `/node_modules/${manifest.name}`;
  const files = { [`${place}/package.json`]: JSON.stringify(manifest) };
  for (const path of readdirSync(join(folder, 'dist'), { recursive: true })) {
    if (/[.](js|d[.]ts)$/.test(path)) files[`${place}/dist/${path}`] = readFileSync(join(folder, 'dist', path), 'utf8');
  }
  return new Package(files, manifest.name, manifest.version);
}
