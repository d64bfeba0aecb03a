import { afterEach, expect, test, vi } from 'vitest';
import * as webVitals from 'web-vitals';
import { reportPageErrors, reportWebVitals, type WebVitals } from './index.ts';

afterEach(() => vi.unstubAllGlobals());

test('uncaught errors are outcomes, up to a number that says enough, until it is ended', () => {
  const page = new EventTarget();
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
  const tracked: string[] = [];
  const end = reportPageErrors({ track: (event) => void tracked.push(event) });
  page.dispatchEvent(new Event('error'));
  page.dispatchEvent(new Event('unhandledrejection'));
  expect(tracked).toEqual(['page-error', 'page-error']);
  for (let error = 0; error < 100; error++) page.dispatchEvent(new Event('error'));
  expect(tracked.length).toBe(20);
  end();
  const again = reportPageErrors({ track: (event) => void tracked.push(event) });
  again();
  page.dispatchEvent(new Event('error'));
  expect(tracked.length).toBe(20);
});

test('a vital is reported once per page view, and sent at once when the page is hidden', () => {
  let report = (_: { name: string; value: number; id: string }): void => undefined;
  const told: unknown[] = [];
  const client = {
    track: (...call: unknown[]) => void told.push(call),
    flush: async () => told.push('flush') > 0,
  };
  vi.stubGlobal('document', { visibilityState: 'visible' });
  reportWebVitals(client, {
    onLCP(callback) {
      report = callback;
    },
  });
  report({ name: 'LCP', value: 1_200, id: 'v1' });
  report({ name: 'LCP', value: 1_900, id: 'v1' });
  vi.stubGlobal('document', { visibilityState: 'hidden' });
  report({ name: 'LCP', value: 300, id: 'v2' });
  expect(told).toEqual([['web-vital-LCP', { value: 1_200 }], ['web-vital-LCP', { value: 300 }], 'flush']);
});

test('the functions of the library are what is asked for', () => {
  const { onCLS, onINP, onLCP } = webVitals;
  const vitals: WebVitals = { onCLS, onINP, onLCP };
  for (const measure of Object.values(vitals)) expect(measure).toBeTypeOf('function');
});
