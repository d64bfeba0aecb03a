import { attributeName } from '../attribute-name.ts';
import { Refusal } from '../refusal.ts';

/**
 * Where Tidegate finds what LaunchDarkly's rules ask (`launchDarklyContext` puts it there): the attributes of the user
 * at the top, its key as the targeting key, other kinds of contexts under `contexts`, and the list of kinds as `kind`.
 *
 *     user /address/city ─▶ address.city      org key ─▶ contexts.org.key      user a.b ─▶ a~1b
 */
export const USER_KIND = 'user';
export const CONTEXTS = 'contexts';
export const KIND = 'kind';

/** Names at the top that mean something else, so that an attribute of the user with such a name gets a `~`. */
export const RESERVED: ReadonlySet<string> = new Set(['targetingKey', '$now', KIND, CONTEXTS]);

export function keyPath(contextKind = USER_KIND): string {
  return pathOf(contextKind, ['key']);
}

/**
 * The path of an attribute as a clause or a rollout names it. With a kind of context that is a reference
 * (https://launchdarkly.com/docs/sdk/concepts/attribute-references): `/address/city`, `~1` for a slash. Without, as
 * before there were kinds, it is the name of one attribute of the user.
 *
 * @throws Refusal for what LaunchDarkly answers with an error, and for what only looks like an attribute.
 */
export function attributePath(attribute: string | undefined, contextKind: string | undefined): string {
  if (attribute === undefined || attribute === '') throw new Refusal('A clause or rollout names no attribute.');
  const components = contextKind === undefined || contextKind === '' ? [attribute] : componentsOf(attribute);
  const [first, ...deeper] = components;
  if (first === KIND && deeper.length === 0) return KIND;
  const isNoAttribute = first === '_meta' || (first === 'anonymous' && deeper.length > 0);
  if (isNoAttribute) throw new Refusal(`${JSON.stringify(attribute)} is not an attribute that can be asked.`);
  return pathOf(contextKind ?? USER_KIND, components);
}

function pathOf(contextKind: string, components: readonly string[]): string {
  if (contextKind in Object.prototype) {
    throw new Refusal(`The kind of context ${JSON.stringify(contextKind)} means something to JavaScript.`);
  }
  if (contextKind !== USER_KIND)
    return [CONTEXTS, ...[contextKind, ...components].map((name) => attributeName(name))].join('.');
  const [first = '', ...deeper] = components;
  const top = first === 'key' ? 'targetingKey' : attributeName(first, RESERVED);
  return [top, ...deeper.map((name) => attributeName(name))].join('.');
}

const INVALID = /\/\/|(^\/.*~[^0|^1])|~$/;

function componentsOf(reference: string): readonly string[] {
  if (reference === '/' || INVALID.test(reference)) {
    throw new Refusal(`${JSON.stringify(reference)} is not a valid reference to an attribute.`);
  }
  return reference.startsWith('/') ? reference.slice(1).split('/').map(unescaped) : [reference];
}

/** The vendor's SDK for Node leaves a component alone that begins with a `~`. */
function unescaped(component: string): string {
  return component.startsWith('~') ? component : component.replaceAll('~1', '/').replaceAll('~0', '~');
}
