/** Whether there is a coin, so that one can bet: at a share of 0 or 1 the arm is known before. */
export function isCoin(treatmentShare: number): boolean {
  return treatmentShare > 0 && treatmentShare < 1;
}
