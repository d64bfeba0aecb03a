import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Which variations one visitor is to get, vouched for by the application:
 *
 *     base64url(JSON {"expiresAtMs": …, "flags": {FLAG: VARIATION}}) "." base64url(HMAC-SHA-256)
 *
 * The code is over the text before the point, with the format's name in front, so that nothing else that was signed
 * with the same secret passes for an override. It is no secret itself: who sees a token can use it until it expires.
 */
export interface OverrideToken {
  readonly flags: Overrides;
  readonly expiresAtMs: number;
}

/** The key of a variation by the key of its flag. */
export type Overrides = Readonly<Record<string, string>>;

export type TokenVerdict =
  | ({ readonly kind: 'valid' } & OverrideToken)
  | { readonly kind: 'refused'; readonly why: 'too-long' | 'forged' | 'malformed' | 'expired' };

/** One that is guessable signs for everybody; 32 bytes as hex or base64 are longer. */
const SECRET_CHARS_MIN = 32;
/** Half of what browsers keep in one cookie (RFC 6265 6.1 asks for 4 096 bytes with its name). */
export const TOKEN_CHARS_MAX = 2_048;
/** Flags of one token. */
export const OVERRIDES_MAX = 20;
/** A token cannot be taken back, but for a new secret: none is valid for longer than a week from now. */
export const LIFETIME_MAX_MS = 7 * 86_400_000;

const FORMAT = 'tidegate-override-1';

/**
 * Makes a token, for a link or a button of the people who test.
 *
 * @throws RangeError for a secret that is too short, too many flags, or a token that would be too long.
 */
export function signOverrides({ flags, expiresAtMs }: OverrideToken, secret: string): string {
  checkSecret(secret);
  if (Object.keys(flags).length > OVERRIDES_MAX) throw new RangeError(`expected at most ${OVERRIDES_MAX} flags`);
  const content = Buffer.from(JSON.stringify({ expiresAtMs, flags })).toString('base64url');
  const token = `${content}.${codeOf(content, secret).toString('base64url')}`;
  if (token.length > TOKEN_CHARS_MAX) throw new RangeError(`expected a token of at most ${TOKEN_CHARS_MAX} characters`);
  return token;
}

/** `secrets` are all that are good at present: the new one and, while tokens of it may be about, the one before. */
export function readOverrides(token: string, secrets: readonly string[], nowMs: number): TokenVerdict {
  if (token.length > TOKEN_CHARS_MAX) return { kind: 'refused', why: 'too-long' };
  const [content = '', code = '', ...more] = token.split('.');
  // Nothing of it is read before the code says who wrote it. Letters and not bytes are compared: base64 has several
  // spellings of the same bytes, and only one of them was signed.
  const isSigned = secrets.some((secret) => isSameText(code, codeOf(content, secret).toString('base64url')));
  if (!isSigned || more.length > 0) return { kind: 'refused', why: 'forged' };
  const said = parseContent(content);
  if (said === undefined) return { kind: 'refused', why: 'malformed' };
  const leftMs = said.expiresAtMs - nowMs;
  return leftMs > 0 && leftMs <= LIFETIME_MAX_MS ? { kind: 'valid', ...said } : { kind: 'refused', why: 'expired' };
}

/** @throws RangeError */
export function checkSecret(secret: string): void {
  if (typeof secret !== 'string' || secret.length < SECRET_CHARS_MIN) {
    throw new RangeError(
      `expected a secret of at least ${SECRET_CHARS_MIN} characters, such as \`openssl rand -hex 32\` makes`,
    );
  }
}

function codeOf(content: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(`${FORMAT}.${content}`).digest();
}

/** In a time that does not tell how much of it is the same. */
function isSameText(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function parseContent(content: string): OverrideToken | undefined {
  try {
    // It is signed, but by whatever version of this.
    const { expiresAtMs, flags } = JSON.parse(Buffer.from(content, 'base64url').toString()) as Partial<OverrideToken>;
    const pairs = Object.entries(flags ?? {});
    const isFit = pairs.length <= OVERRIDES_MAX && pairs.every(([, variation]) => typeof variation === 'string');
    return flags && isFit && typeof expiresAtMs === 'number'
      ? { flags: Object.fromEntries(pairs), expiresAtMs }
      : undefined;
  } catch {
    return undefined;
  }
}
