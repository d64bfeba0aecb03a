import { type Context, compile, type Flag, type Segment } from '@tidegate/evaluation';
import type { DeltaChange } from '@tidegate/protocol';
import { buildFlag, buildSegment } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { browserChange, browserChanges, browserFlags, browserShare } from './browser-documents.ts';

const ANN: Context = { targetingKey: 'ann', plan: 'gold' };

function documents(flags: readonly Flag[], segments: readonly Segment[] = []) {
  return {
    flags: new Map(flags.map((flag) => [flag.key, flag])),
    segments: new Map(segments.map((segment) => [segment.key, segment])),
    rules: compile({ revision: 1, flags, segments }),
  };
}

const inSegment = (segment: string): Partial<Flag> => ({
  rules: [{ id: 'acme-pilot', condition: { segment }, serve: { kind: 'variation', variation: 'on' } }],
});

/** What Ann's browser is sent when the documents become others. */
function changesFor(
  before: ReturnType<typeof documents>,
  after: ReturnType<typeof documents>,
  changed: readonly DeltaChange[],
): DeltaChange[] {
  const shares = { before: browserShare(before), after: browserShare(after) };
  return browserChanges(after, browserChange(after, changed, shares), ANN);
}

const flagChange = (flag: Flag): DeltaChange => ({ kind: 'flag', key: flag.key, document: flag });

test('a flag that is off is not even named when it changes', () => {
  const hidden = buildFlag({ key: 'secret-merger', clientSide: 'off' });
  const now = documents([hidden]);
  expect(changesFor(now, now, [flagChange(hidden)])).toEqual([]);
});

test('a flag that becomes off, or is archived, is taken from the browser', () => {
  const shown = buildFlag({ key: 'banner', clientSide: 'value' });
  const hidden = { ...shown, clientSide: 'off' as const };
  const gone = [{ kind: 'flag', key: 'banner', document: null }];
  expect(changesFor(documents([shown]), documents([hidden]), [flagChange(hidden)])).toEqual(gone);
  expect(changesFor(documents([shown]), documents([]), [{ kind: 'flag', key: 'banner', document: null }])).toEqual(
    gone,
  );
});

test('a value says nothing of the rule that gave it', () => {
  const gold = { attribute: 'plan', operator: 'equals' as const, values: ['gold'] };
  const rules = [{ id: 'acme-pilot', condition: gold, serve: { kind: 'variation' as const, variation: 'on' } }];
  const flag = buildFlag({ key: 'banner', clientSide: 'value', rules });
  const now = documents([flag]);
  const [sent] = browserFlags(now, browserShare(now), ANN);
  expect(sent?.fallthrough).toMatchObject({ kind: 'evaluated', variation: 'on' });
  expect(JSON.stringify(sent)).not.toContain('acme-pilot');
});

test('a segment that decides a value is not sent, and what it changes is', () => {
  const flag = buildFlag({ key: 'banner', clientSide: 'value', ...inSegment('pilot') });
  const without = buildSegment({ key: 'pilot' });
  const withAnn = buildSegment({ key: 'pilot', included: ['ann', 'bob'] });
  const change = { kind: 'segment', key: 'pilot', document: withAnn } as const;
  const sent = changesFor(documents([flag], [without]), documents([flag], [withAnn]), [change]);
  expect(sent).toMatchObject([{ kind: 'flag', key: 'banner', document: { fallthrough: { variation: 'on' } } }]);
  expect(JSON.stringify(sent)).not.toContain('bob');
});

test('a change of one flag does not send the segments of others again', () => {
  const flag = buildFlag({ key: 'banner', clientSide: 'rules', ...inSegment('pilot') });
  const other = buildFlag({ key: 'other', clientSide: 'value' });
  const now = documents([flag, other], [buildSegment({ key: 'pilot' })]);
  expect(changesFor(now, now, [flagChange(other)]).map(({ key }) => key)).toEqual(['other']);
});

test('a segment comes with the first flag that reads it, and goes with the last', () => {
  const inner = buildSegment({ key: 'inner' });
  const outer = buildSegment({ key: 'outer', condition: { segment: 'inner' } });
  const reading = buildFlag({ key: 'banner', clientSide: 'rules', ...inSegment('outer') });
  const plain = buildFlag({ key: 'banner', clientSide: 'rules' });
  const [before, after] = [documents([plain], [inner, outer]), documents([reading], [inner, outer])];
  const come = changesFor(before, after, [flagChange(reading)]);
  expect(come.map(({ kind, key }) => [kind, key])).toEqual([
    ['segment', 'outer'],
    ['segment', 'inner'],
    ['flag', 'banner'],
  ]);
  const go = changesFor(after, before, [flagChange(plain)]);
  expect(go).toMatchObject([
    { kind: 'segment', key: 'outer', document: null },
    { kind: 'segment', key: 'inner', document: null },
    { kind: 'flag', key: 'banner', document: { rules: [] } },
  ]);
});

test('a rules flag becomes a value as soon as a prerequisite far away may not be sent', () => {
  const chain = (clientSide: Flag['clientSide']) => [
    buildFlag({ key: 'a', clientSide: 'rules', prerequisites: [{ flag: 'b', variations: ['on'] }] }),
    buildFlag({ key: 'b', clientSide: 'rules', prerequisites: [{ flag: 'c', variations: ['on'] }] }),
    buildFlag({ key: 'c', clientSide }),
  ];
  const hidden = documents(chain('off'));
  const sent = changesFor(documents(chain('rules')), hidden, [flagChange(buildFlag({ key: 'c', clientSide: 'off' }))]);
  expect(Object.fromEntries(sent.map(({ key, document }) => [key, document && 'clientSide' in document]))).toEqual({
    a: true,
    b: true,
    c: null,
  });
  expect(sent.filter(({ key }) => key !== 'c')).toMatchObject([
    { document: { clientSide: 'value', prerequisites: [] } },
    { document: { clientSide: 'value', prerequisites: [] } },
  ]);
});

test('flags that lean on each other in a circle are sent as values', () => {
  const now = documents([
    buildFlag({ key: 'a', clientSide: 'rules', prerequisites: [{ flag: 'b', variations: ['on'] }] }),
    buildFlag({ key: 'b', clientSide: 'rules', prerequisites: [{ flag: 'a', variations: ['on'] }] }),
  ]);
  expect(browserShare(now).whole).toEqual(new Set());
});
