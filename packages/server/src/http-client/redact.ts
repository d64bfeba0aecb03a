/** Longer messages are pages that somebody sent instead of an answer. */
const MESSAGE_LENGTH_MAX = 500;
/** What is shown in a secret's place. */
const REDACTED = '[redacted]';

/** A message that may be shown, stored and logged: without secrets, and one line of bounded length. */
export function redactMessage(text: string, secrets: readonly string[]): string {
  const line = redact(text, secrets).replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  return line.length > MESSAGE_LENGTH_MAX ? `${line.slice(0, MESSAGE_LENGTH_MAX)}…` : line;
}

/** A text in which no secret is left, neither plain nor in the forms that they travel in. */
export function redact(text: string, secrets: readonly string[]): string {
  const forms = secrets.filter((secret) => secret !== '').flatMap(formsOf);
  // The longest first: a short form may be a part of a longer one, and would leave its rest behind.
  const longestFirst = forms.toSorted((one, other) => other.length - one.length);
  return longestFirst.reduce((shown, form) => shown.replaceAll(form, REDACTED), text);
}

function formsOf(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const base64 = Buffer.from(secret).toString('base64');
  // What signs has a name in front, which not everybody keeps.
  const bare = secret.replace(/^whsec_(?=.)/, '');
  return [secret, bare, encodeURIComponent(secret), json, base64, base64.replaceAll('=', '')];
}
