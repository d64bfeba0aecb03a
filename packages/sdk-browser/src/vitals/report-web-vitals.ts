import type { BrowserClient } from '../browser-client.ts';

/** The functions of the `web-vitals` library (Google) that are to be reported, such as `{ onCLS, onINP, onLCP }`. */
export type WebVitals = Readonly<Record<string, (report: (vital: Vital) => void) => void>>;

interface Vital {
  /** `LCP`. */
  readonly name: string;
  readonly value: number;
  /** Of one measurement, which may be told again with another value. */
  readonly id: string;
}

/**
 * Reports what the library measures as outcomes `web-vital-NAME`, such as `web-vital-LCP` (ms; CLS has no unit). Of what
 * it tells several times of one page view, the first counts: what was so when the page was first hidden.
 */
export function reportWebVitals(client: Pick<BrowserClient, 'track' | 'flush'>, vitals: WebVitals): void {
  const reported = new Set<string>();
  for (const measure of Object.values(vitals)) {
    measure(({ name, value, id }) => {
      if (reported.has(id)) return;
      reported.add(id);
      client.track(`web-vital-${name}`, { value });
      // Most are known only now, after the client has sent what it had.
      if (document.visibilityState === 'hidden') void client.flush();
    });
  }
}
