/** ln((e^x1 + … + e^xn) / n), without leaving log space: the log e-value of an equal mixture. -Infinity is allowed. */
export function logMeanExp(logs: readonly number[]): number {
  return logSumExp(logs) - Math.log(logs.length);
}

/** ln(e^x1 + … + e^xn) with the maximum factored out; -Infinity for nothing. */
export function logSumExp(logs: readonly number[]): number {
  const max = logs.reduce((highest, log) => Math.max(highest, log), Number.NEGATIVE_INFINITY);
  if (max === Number.NEGATIVE_INFINITY) return max;
  return max + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - max), 0));
}
