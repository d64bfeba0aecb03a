import { isRecord, type JsonRecord } from '../json-record.ts';
import { UnreadableFile } from '../unreadable-file.ts';

/** The flags of a definition file (https://flagd.dev/reference/flag-definitions/), each as it came. */
export function readFlagdFile(json: unknown): JsonRecord {
  if (!isRecord(json)) throw new UnreadableFile('expected an object with flags');
  const { flags } = withEvaluators(json);
  if (!isRecord(flags)) throw new UnreadableFile('expected an object called flags');
  return flags;
}

/**
 * Every `{"$ref": "name"}` becomes what `$evaluators` has under that name. flagd replaces them in the text of the file,
 * one name after the other, which decides what happens to references inside evaluators; so does this.
 */
function withEvaluators(json: JsonRecord): JsonRecord {
  const evaluators = json['$evaluators'];
  if (!isRecord(evaluators)) return json;
  try {
    let text = JSON.stringify(json);
    for (const [name, evaluator] of Object.entries(evaluators)) {
      text = text.replaceAll(`{"$ref":"${name}"}`, JSON.stringify(evaluator));
    }
    const replaced: unknown = JSON.parse(text);
    if (isRecord(replaced)) return replaced;
  } catch {
    // Some letters in names and evaluators leave no JSON behind, and evaluators of evaluators more text than there can be.
  }
  throw new UnreadableFile('its $evaluators cannot be put in place of their references');
}
