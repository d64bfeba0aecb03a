import { parseArgs } from 'node:util';
import { reportDetection, reportFalseKills, seedsFrom } from './report.ts';
import { ALPHA, doublingScenario, healthyScenario } from './scenario.ts';
import { simulateRollout } from './simulate-rollout.ts';

/**
 * Long runs of what the tests run briefly: `tsx --conditions=@tidegate/source src/main.ts --seed 1 --runs 20000`.
 * With `--only SEED` one healthy rollout, to look into.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '2000' },
    only: { type: 'string' },
  },
});

if (values.only !== undefined) {
  console.log(simulateRollout(Number(values.only), healthyScenario));
} else {
  const seeds = seedsFrom(Number(values.seed), Number(values.runs));
  console.log(
    'false kills',
    reportFalseKills(
      seeds.map((seed) => simulateRollout(seed, healthyScenario)),
      ALPHA,
    ),
  );
  const rates = { controlRate: 0.01, treatmentRate: 0.02, treatmentShare: 0.1, alpha: ALPHA };
  const doublings = seeds.slice(0, Math.ceil(seeds.length / 10)).map((seed) => simulateRollout(seed, doublingScenario));
  console.log('detection of a doubling', reportDetection(doublings, rates));
}
