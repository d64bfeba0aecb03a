import type { Context } from '@tidegate/evaluation';
import { attributeName } from '../attribute-name.ts';
import { isRecord, type JsonRecord } from '../json-record.ts';
import { UnreadableFile } from '../unreadable-file.ts';
import { CONTEXTS, KIND, RESERVED, USER_KIND } from './attribute-path.ts';

/**
 * A context as LaunchDarkly's SDKs take it (https://launchdarkly.com/docs/home/flags/contexts), as imported rules read
 * it: one of a kind, several in one (`multi`), or a user from before there were kinds. Private attributes are
 * attributes: that they are private matters to events only.
 *
 *     { kind: 'multi', user: { key: 'u', plan: 'pro' }, org: { key: 'o' } }
 *       ─▶ { kind: ['user', 'org'], targetingKey: 'u', plan: 'pro', anonymous: false, contexts: { org: { key: 'o', anonymous: false } } }
 *
 * @throws UnreadableFile for what is no context: LaunchDarkly answers it with the caller's default, whatever the flag.
 */
export function launchDarklyContext(json: unknown): Context {
  const kinds = kindsOf(json);
  const others = kinds.filter(([kind]) => kind !== USER_KIND);
  const user = kinds.find(([kind]) => kind === USER_KIND)?.[1];
  const attributes = Object.fromEntries([
    [KIND, kinds.map(([kind]) => kind)],
    ...(user === undefined ? [] : userEntries(user)),
    ...(others.length === 0 ? [] : [[CONTEXTS, Object.fromEntries(others.map(otherEntry))]]),
  ]);
  // Its values came as JSON, and names are texts.
  return attributes as Context;
}

type KindAndContext = readonly [kind: string, context: JsonRecord];

const KIND_NAME = /^[\w.-]+$/;

function kindsOf(json: unknown): readonly KindAndContext[] {
  if (!isRecord(json)) throw new UnreadableFile('expected a context as an object');
  const kind = Object.hasOwn(json, KIND) ? json[KIND] : undefined;
  if (kind === undefined || kind === null) return [[USER_KIND, fromLegacyUser(json)]];
  if (kind === 'multi') return multiKinds(json);
  const { kind: _, ...context } = json;
  return [checkedKind(kind, context)];
}

function multiKinds(json: JsonRecord): readonly KindAndContext[] {
  const kinds = Object.entries(json).filter(([name]) => name !== KIND);
  if (kinds.length === 0) throw new UnreadableFile('a context of several kinds has at least one');
  const checked = kinds.map(([kind, context]) => checkedKind(kind, context));
  const [[kind, context] = [USER_KIND, {}], ...others] = checked;
  if (others.length > 0) return checked;
  const { kind: _, ...attributes } = context;
  return [[kind, attributes]];
}

function checkedKind(kind: unknown, context: unknown): KindAndContext {
  if (typeof kind !== 'string' || kind === KIND || !KIND_NAME.test(kind)) {
    throw new UnreadableFile(`${JSON.stringify(kind)} is no kind of context`);
  }
  const key = isRecord(context) ? context['key'] : undefined;
  if (!isRecord(context) || typeof key !== 'string' || key === '') {
    throw new UnreadableFile(`the context of the kind ${kind} needs a key that is a text`);
  }
  return [kind, context];
}

const LEGACY_ATTRIBUTES = ['name', 'ip', 'firstName', 'lastName', 'email', 'avatar', 'country'];

function fromLegacyUser(user: JsonRecord): JsonRecord {
  const { key, custom } = user;
  if (key === undefined || key === null) throw new UnreadableFile('a user needs a key');
  const builtIn = [...LEGACY_ATTRIBUTES, 'anonymous'].filter((name) => (user[name] ?? undefined) !== undefined);
  const { kind: _, ...attributes } = isRecord(custom) ? custom : {};
  return { ...attributes, ...Object.fromEntries(builtIn.map((name) => [name, user[name]])), key: String(key) };
}

function userEntries(user: JsonRecord): [string, unknown][] {
  return attributesOf(user).map(([name, value]) =>
    name === 'key' ? ['targetingKey', value] : [attributeName(name, RESERVED), encoded(value)],
  );
}

function otherEntry([kind, context]: KindAndContext): [string, unknown] {
  return [attributeName(kind), encoded(Object.fromEntries(attributesOf(context)))];
}

/** Whether a context is anonymous is always known. */
function attributesOf({ _meta, anonymous, ...attributes }: JsonRecord): [string, unknown][] {
  return [...Object.entries(attributes), ['anonymous', Boolean(anonymous)]];
}

/** Lists stay as they are: no reference leads into one. */
function encoded(value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [attributeName(name), encoded(member)]));
}
