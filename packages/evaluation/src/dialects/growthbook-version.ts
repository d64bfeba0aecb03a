const NUMBER = /^[0-9]+$/;
const PART_LENGTH = 5;
/** Above every letter and digit, so that a release sorts after its pre-releases. */
const RELEASE = '~';

/**
 * A version as a text that sorts like it: `1.10.0` is `    1-   10-    0-~`. Whatever is no version is `0`
 * (https://docs.growthbook.io/lib/build-your-own, "paddedVersionString").
 */
export function paddedVersion(version: unknown): string {
  const written = typeof version === 'number' ? String(version) : version;
  const text = typeof written === 'string' && written !== '' ? written : '0';
  const parts = text.replace(/(^v|\+.*$)/g, '').split(/[-.]/);
  if (parts.length === 3) parts.push(RELEASE);
  return parts.map((part) => (NUMBER.test(part) ? part.padStart(PART_LENGTH, ' ') : part)).join('-');
}
