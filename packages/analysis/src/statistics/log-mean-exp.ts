/** ln((e^x1 + … + e^xn) / n), without leaving log space: the log e-value of an equal mixture. -Infinity is allowed. */
export function logMeanExp(logs: readonly number[]): number {
  return logSumExp(logs) - Math.log(logs.length);
}

/** ln(e^x1 + … + e^xn) with the maximum factored out; -Infinity for nothing. */
export function logSumExp(logs: readonly number[]): number {
  let max = Number.NEGATIVE_INFINITY;
  for (const log of logs) max = Math.max(max, log);
  if (max === Number.NEGATIVE_INFINITY) return max;
  let sum = 0;
  for (const log of logs) sum += Math.exp(log - max);
  return max + Math.log(sum);
}
